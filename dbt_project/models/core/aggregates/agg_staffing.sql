{{ config(indexes=[{'columns': ['delivery_id']}]) }}

with arrived as (
    {{ accepted_deliveries() }}
)

select
    arrived.delivery_id,
    count(distinct fact.worker_key) filter (where fact.is_in_post and fact.is_registered_protection_worker)
        as persons_skj,
    coalesce(sum(fact.fte_contract) filter (where fact.is_in_post and fact.is_registered_protection_worker), 0)
        as fte_skj,
    count(distinct fact.worker_key) filter (where fact.is_in_post and fact.is_caseload_role) as persons_caseload_roles,
    coalesce(sum(fact.fte_contract) filter (where fact.is_in_post and fact.is_caseload_role), 0) as fte_caseload_roles,
    coalesce(sum(fact.fte_contract) filter (where fact.is_in_post and fact.is_caseload_role and fact.is_external), 0)
        as fte_external,
    coalesce(sum(fact.fte_caseload) filter (where fact.is_in_post), 0) as fte_caseload,
    coalesce(sum(fact.fte_contract) filter (where fact.is_in_post), 0) as fte_contract,
    coalesce(sum(fact.absence_fte_days) filter (where not fact.is_external), 0) as absence_fte_days,
    coalesce(sum(fact.fte_contract * fact.days_in_post) filter (where not fact.is_external), 0) as contract_fte_days
from arrived
left join {{ ref('fct_staffing') }} as fact on arrived.delivery_id = fact.delivery_id
group by arrived.delivery_id
