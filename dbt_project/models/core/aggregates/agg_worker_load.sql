{{ config(indexes=[{'columns': ['delivery_id']}]) }}

with arrived as (
    {{ accepted_deliveries() }}
),

carrier as (
    select
        arrived.delivery_id,
        fact.worker_key,
        sum(fact.fte_caseload) as fte_caseload
    from arrived
    inner join {{ ref('fct_staffing') }} as fact on arrived.delivery_id = fact.delivery_id and fact.is_in_post
    group by arrived.delivery_id, fact.worker_key
    having sum(fact.fte_caseload) > 0
),

on_name as (
    select
        fact.delivery_id,
        fact.worker_key,
        count(*) as measures
    from arrived
    inner join {{ ref('fct_caseload') }} as fact on arrived.delivery_id = fact.delivery_id
    where fact.is_running and fact.weight > 0
    group by fact.delivery_id, fact.worker_key
)

select
    carrier.delivery_id,
    carrier.fte_caseload,
    coalesce(on_name.measures, 0) as measures,
    count(*) as workers
from carrier
left join on_name on carrier.delivery_id = on_name.delivery_id and carrier.worker_key = on_name.worker_key
group by carrier.delivery_id, carrier.fte_caseload, coalesce(on_name.measures, 0)
