{{ config(indexes=[{'columns': ['history_id']}]) }}

with new_history as (
    {{ new_histories() }}
),

last_said as (
    {{ last_said(
        'fct_waitlist', ['stay_key'],
        reads="delivered.reporting_month > new_history.as_of_month - interval '" ~ months_that_matter() ~ " months'",
        matters='said.delisted_date >= new_history.looks_back_to'
    ) }}
)

select
    stay.history_id,
    period.period_kind,
    greatest(stay.delisted_date - stay.listed_date, 0) as days,
    count(*) as stays
from last_said as stay
inner join {{ ref('dim_period') }} as period on stay.as_of_month = period.reporting_month
where
    stay.weight > 0
    and stay.awaits_worker
    and stay.delisting_reason = 'toegewezen'
    and stay.delisted_date between period.first_month and stay.as_of
group by stay.history_id, period.period_kind, days
