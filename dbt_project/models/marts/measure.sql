-- No duration runs up to the reference date: with that day known it would be a date again (spec 3.6).
{{ config(materialized='view', post_hook='alter view {{ this }} set (security_barrier = true)') }}

select
    delivery.gi_code,
    delivery.reporting_month,
    fact.measure_number,
    fact.child_number,
    fact.family_number,
    fact.measure_type,
    fact.measure_family,
    fact.weight,
    fact.age_group,
    fact.province,
    fact.is_running,
    fact.placement_order,
    fact.worker_changes,
    fact.end_reason,
    {%- for event in [
        'ruling', 'taken_over', 'charged', 'appointed', 'first_contact', 'permanent_worker', 'plan', 'help_needed',
        'help_started', 'end', 'handed_over'
    ] %}
        {{ month_of('fact.' ~ event ~ '_date') }} as {{ event }}_month,
    {%- endfor %}
    fact.end_date - fact.ruling_date as days_ruling_to_end,
    fact.first_contact_date - clock.started as days_to_first_contact,
    fact.permanent_worker_date - clock.started as days_to_permanent_worker,
    fact.plan_date - fact.plan_term_date as days_to_plan,
    fact.help_started_date - fact.help_needed_date as days_to_help
from {{ ref('build_delivery') }} as delivery
inner join {{ ref('fct_caseload') }} as fact on delivery.delivery_id = fact.delivery_id
cross join lateral (
    select
        case
            when fact.charged_date is null or fact.notified_date is null then fact.ruling_date
            else greatest(fact.charged_date, fact.notified_date)
        end as started
) as clock
