select
    delivery.gi_code,
    delivery.reporting_month,
    count(distinct fact.worker_key) filter (where fact.is_registered_protection_worker) as persons_skj,
    coalesce(sum(fact.fte_contract) filter (where fact.is_registered_protection_worker), 0) as fte_skj,
    count(distinct fact.worker_key) filter (where fact.is_caseload_role) as persons_caseload_roles,
    coalesce(sum(fact.fte_contract) filter (where fact.is_caseload_role), 0) as fte_caseload_roles,
    coalesce(sum(fact.fte_caseload), 0) as fte_caseload,
    coalesce(sum(fact.fte_contract), 0) as fte_contract
from {{ ref('delivery') }} as delivery
left join {{ ref('fct_staffing') }} as fact on delivery.delivery_id = fact.delivery_id and fact.is_in_post
group by delivery.gi_code, delivery.reporting_month
