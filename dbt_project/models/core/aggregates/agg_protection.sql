{{ config(indexes=[{'columns': ['delivery_id']}]) }}

with arrived as (
    {{ accepted_deliveries() }}
)

select
    arrived.delivery_id,
    count(fact.delivery_id) as measures,
    count(*) filter (where fact.placement_order) as placements,
    count(fact.worker_changes) as measures_with_changes,
    coalesce(sum(fact.worker_changes), 0) as worker_changes,
    count(*) filter (where fact.worker_changes >= 2) as two_or_more_changes
from arrived
left join {{ ref('fct_caseload') }} as fact
    on
        arrived.delivery_id = fact.delivery_id
        and fact.is_running and fact.weight > 0 and fact.measure_family = 'jeugdbescherming'
group by arrived.delivery_id
