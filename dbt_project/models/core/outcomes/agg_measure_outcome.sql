-- No date lies after the delivery that says it, nothing looks back on more than twelve months and no term is longer
-- than three: fifteen months of rows are all that can matter.
{{ config(indexes=[{'columns': ['history_id']}]) }}

with new_history as (
    {{ new_histories() }}
),

last_said as (
    {{ last_said(
        'fct_caseload', ['measure_key'],
        reads="delivered.reporting_month > new_history.as_of_month - interval '" ~ months_that_matter() ~ " months'",
        matters='greatest(
            said.ruling_date, said.charged_date, said.notified_date, said.plan_term_date, said.help_needed_date,
            said.end_date
        ) >= new_history.looks_back_to'
    ) }}
),

measure as materialized (
    select
        said.history_id,
        said.as_of_month,
        said.as_of,
        said.looks_back_to,
        period.period_kind,
        period.first_month,
        said.measure_type,
        said.taken_over_date is null as began_here,
        said.ruling_date,
        said.end_date,
        said.permanent_worker_date,
        said.plan_date,
        said.help_started_date,
        said.charged_date is not null and said.notified_date is not null as is_charge_known,
        case
            when said.charged_date is null or said.notified_date is null then said.ruling_date
            else greatest(said.charged_date, said.notified_date)
        end as clock_start,
        case
            when said.appointed_date is not null and said.first_contact_date is not null
                then greatest(said.appointed_date, said.first_contact_date)
        end as contact_date,
        coalesce(said.stop_date, case when said.reporting_month < said.as_of_month then said.reference_date end)
            as gone_date,
        said.plan_term_date,
        said.help_needed_date
    from last_said as said
    inner join {{ ref('dim_period') }} as period on said.as_of_month = period.reporting_month
    where said.weight > 0
),

outcome as (
    select
        history_id,
        period_kind,
        'F2' as indicator,
        measure_type as category,
        greatest(end_date - ruling_date, 0) as days,
        null::integer as observable_days
    from measure
    where end_date between first_month and as_of

    union all

    select
        history_id,
        period_kind,
        'W5' as indicator,
        case when permanent_worker_date <= least(gone_date, as_of) then 'event' else 'censored' end as category,
        greatest(least(permanent_worker_date, gone_date, as_of) - clock_start, 0) as days,
        as_of - clock_start as observable_days
    from measure
    where began_here and clock_start between looks_back_to and as_of

    union all

    select
        measure.history_id,
        measure.period_kind,
        'W6' as indicator,
        {{ term_class('measure.is_charge_known', 'term.contact_ends', 'measure.contact_date', 'measure.gone_date') }}
            as category,
        null as days,
        null as observable_days
    from measure
    inner join {{ ref('dim_term_end') }} as term on measure.clock_start = term.day
    where measure.began_here and term.contact_ends between measure.first_month and measure.as_of

    union all

    select
        measure.history_id,
        measure.period_kind,
        'W7' as indicator,
        {{ term_class('true', 'term.plan_ends', 'measure.plan_date', 'measure.gone_date') }} as category,
        null as days,
        null as observable_days
    from measure
    inner join {{ ref('dim_term_end') }} as term on measure.plan_term_date = term.day
    where measure.began_here and term.plan_ends between measure.first_month and measure.as_of

    union all

    select
        measure.history_id,
        measure.period_kind,
        'W8' as indicator,
        {{ term_class('true', 'term.help_ends', 'measure.help_started_date', 'measure.gone_date') }} as category,
        null as days,
        null as observable_days
    from measure
    inner join {{ ref('dim_term_end') }} as term on measure.help_needed_date = term.day
    where term.help_ends between measure.first_month and measure.as_of
)

select
    history_id,
    period_kind,
    indicator,
    category,
    days,
    max(observable_days) as observable_days,
    count(*) as measures
from outcome
group by history_id, period_kind, indicator, category, days
