{{ config(indexes=[{'columns': ['pair_id']}]) }}

with pair as (
    select
        history.pair_id,
        history.delivery_id,
        history.previous_delivery_id,
        history.reporting_month
    from {{ ref('history') }} as history
    where history.pair_id is not null and {{ is_new(ref('history'), 'pair_id') }}
),

said_before as (
    select
        pair.pair_id,
        fact.measure_key,
        fact.measure_family,
        fact.is_running
    from pair
    inner join {{ ref('fct_caseload') }} as fact on pair.previous_delivery_id = fact.delivery_id
    where fact.weight > 0
),

said_now as (
    select
        pair.pair_id,
        fact.measure_key,
        fact.measure_family,
        fact.is_running,
        case
            when fact.start_date < pair.reporting_month then 'before'
            when fact.taken_over_date is null then 'ruled'
            else 'taken_over'
        end as started,
        case
            when fact.stop_date < pair.reporting_month then 'before'
            when fact.stop_date > fact.reference_date then null
            when fact.stop_date = fact.end_date then 'ended'
            when fact.stop_date is not null then 'handed_over'
        end as stopped
    from pair
    inner join {{ ref('fct_caseload') }} as fact on pair.delivery_id = fact.delivery_id
    where fact.weight > 0
)

select
    pair_id,
    said_before.measure_family as family_before,
    said_before.is_running as ran_before,
    said_now.measure_family as family_now,
    said_now.is_running as runs_now,
    said_now.started,
    said_now.stopped,
    count(*) as measures
from said_before
full join said_now using (pair_id, measure_key)
group by pair_id, family_before, ran_before, family_now, runs_now, said_now.started, said_now.stopped
