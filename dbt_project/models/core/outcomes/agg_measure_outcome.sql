-- No date lies after the delivery that says it, nothing looks back on more than twelve months and no term is longer
-- than three: fifteen months of rows are all that can matter.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    indexes=[{'columns': ['history_id']}],
    post_hook='analyze {{ this }}'
) }}

with new_history as (
    {{ new_histories() }}
),

last_said as (
    {{ last_said('fct_caseload', ['measure_key'], months=15, matters="
        greatest(ruling_date, charged_date, notified_date, plan_term_date, help_needed_date, end_date)
        >= said.reporting_month - interval '11 months'
    ") }}
),

measure as (
    select
        *,
        charged_date is not null and notified_date is not null as is_charge_known,
        case
            when charged_date is null or notified_date is null then ruling_date
            else greatest(charged_date, notified_date)
        end as clock_start,
        case
            when appointed_date is not null and first_contact_date is not null
                then greatest(appointed_date, first_contact_date)
        end as contact_date,
        coalesce(stop_date, case when reporting_month < as_of_month then reference_date end) as gone_date
    from last_said
    where weight > 0
)

select
    measure.history_id,
    period.period_kind,
    outcome.indicator,
    outcome.category,
    outcome.days,
    max(measure.as_of - measure.clock_start) as observable_days,
    count(*) as measures
from measure
inner join {{ ref('dim_period') }} as period on measure.as_of_month = period.reporting_month
left join {{ ref('dim_term_end') }} as contact on measure.clock_start = contact.day
left join {{ ref('dim_term_end') }} as plan on measure.plan_term_date = plan.day
left join {{ ref('dim_term_end') }} as help on measure.help_needed_date = help.day
cross join lateral (select least(measure.gone_date, measure.as_of) as seen_until) as seen
cross join lateral (
    values
    (
        'F2', measure.measure_type, greatest(measure.end_date - measure.ruling_date, 0),
        measure.end_date between period.first_month and measure.as_of
    ),
    (
        'W5', case when measure.permanent_worker_date <= seen.seen_until then 'event' else 'censored' end,
        greatest(least(measure.permanent_worker_date, seen.seen_until) - measure.clock_start, 0),
        measure.taken_over_date is null
        and measure.clock_start between measure.as_of_month - interval '11 months' and measure.as_of
    ),
    (
        'W6',
        {{ term_class('measure.is_charge_known', 'contact.contact_ends', 'measure.contact_date', 'measure.gone_date') }},
        null, measure.taken_over_date is null and contact.contact_ends between period.first_month and measure.as_of
    ),
    (
        'W7', {{ term_class('true', 'plan.plan_ends', 'measure.plan_date', 'measure.gone_date') }},
        null, measure.taken_over_date is null and plan.plan_ends between period.first_month and measure.as_of
    ),
    (
        'W8', {{ term_class('true', 'help.help_ends', 'measure.help_started_date', 'measure.gone_date') }},
        null, help.help_ends between period.first_month and measure.as_of
    )
) as outcome (indicator, category, days, counts)
where outcome.counts
group by measure.history_id, period.period_kind, outcome.indicator, outcome.category, outcome.days
