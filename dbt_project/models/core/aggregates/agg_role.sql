{{ config(indexes=[{'columns': ['delivery_id']}]) }}

with arrived as (
    {{ accepted_deliveries() }}
)

select
    arrived.delivery_id,
    fact.role,
    count(distinct fact.worker_key) as persons,
    sum(fact.fte_contract) as fte
from arrived
inner join {{ ref('fct_staffing') }} as fact on arrived.delivery_id = fact.delivery_id
where fact.is_in_post
group by arrived.delivery_id, fact.role
