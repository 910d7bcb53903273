{# The product limit (Kaplan and Meier 1958) of each period and institution: the share left after each day on which
   somebody of `follow_up` (period, institution, days, observable_days, is_event, number) was last followed; events come
   before censorings on the same day (spec 2.1). Twelve decimals undo floating point, so that a half is a half. #}
{% macro kaplan_meier(follow_up) %}
    select
        period,
        institution,
        days,
        observable_days,
        at_risk,
        case
            when bool_or(events = at_risk) over so_far then 0
            else coalesce(round(exp(sum(ln(nullif(1 - events / at_risk, 0))) over so_far)::numeric, 12), 1)
        end as share_left
    from (
        select
            period,
            institution,
            days,
            max(observable_days) as observable_days,
            coalesce(sum(number) filter (where is_event), 0)::double precision as events,
            sum(sum(number)) over (partition by period, institution order by days desc) as at_risk
        from {{ follow_up }}
        group by period, institution, days
    ) as step
    window so_far as (partition by period, institution order by days)
{% endmacro %}

{# The share left after a number of days; empty when even the first to be followed could not be followed that long. #}
{% macro survival_after(day) -%}
    case
        when max(observable_days) >= {{ day }} then coalesce(min(share_left) filter (where days <= {{ day }}), 1)
    end
{%- endmacro %}
