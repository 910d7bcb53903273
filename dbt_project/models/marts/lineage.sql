-- A figure that takes the last that was said of each key may rest on any delivery up to its closing month (spec 2.1).
{{ config(materialized='view') }}

select
    contributor.period,
    contributor.institution,
    component.indicator,
    component.component,
    delivery.gi_code,
    delivery.reporting_month,
    delivery.sequence_number,
    delivery.known_from,
    delivery.content_sha256,
    delivery.delivery_id
from {{ ref('contributor') }} as contributor
inner join (
    select distinct
        indicator,
        component,
        looks_back
    from {{ ref('indicator_component') }}
) as component on contributor.looks_back = component.looks_back
inner join {{ ref('build_delivery') }} as delivery
    on
        delivery.delivery_id = any(contributor.earliest_delivery_ids)
        or (
            contributor.gi_code = delivery.gi_code
            and contributor.reporting_month >= delivery.reporting_month
            and (
                contributor.looks_back in ('period', 'twelve_months', 'history')
                or (contributor.looks_back = 'flow' and contributor.earliest_month <= delivery.reporting_month)
                or contributor.delivery_id = delivery.delivery_id
            )
        )
where contributor.has_delivered
