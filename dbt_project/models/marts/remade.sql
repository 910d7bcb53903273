-- A period is made again when what somebody contributes to it changed, and when it closed. Everything it holds is made
-- from those contributions by the code and the seeds that made the marts in use, else all periods are made.
-- depends_on: {{ ref('vintage') }}
{% if env_var('GI_MONITOR_ADDS', '') %}
    select gained.period
    from (
        select * from {{ ref('contributor') }}
        except
        select * from marts.contributor
    ) as gained

    union

    select lost.period
    from (
        select * from marts.contributor
        except
        select * from {{ ref('contributor') }}
    ) as lost

    union

    select contributor.period
    from {{ ref('contributor') }} as contributor
    cross join {{ ref('vintage') }} as vintage
    cross join marts.build as shown
    where
        (contributor.reporting_month < vintage.oldest_open_month)
        <> (contributor.reporting_month < shown.oldest_open_month)
{% else %}
    select distinct period from {{ ref('contributor') }}
{% endif %}
