{{ config(materialized='view', post_hook='alter view {{ this }} set (security_barrier = true)') }}

select
    delivery.gi_code,
    delivery.reporting_month,
    fact.worker_number,
    fact.role,
    fact.is_caseload_role,
    fact.contract_type,
    fact.is_external,
    fact.skj_registered,
    fact.fte_contract,
    fact.fte_caseload,
    fact.absence_fte_days,
    fact.is_in_post,
    fact.origin,
    fact.leaving_reason,
    {{ month_of('fact.post_start_date') }} as post_start_month,
    {{ month_of('fact.post_end_date') }} as post_end_month,
    fact.post_end_date - fact.post_start_date as days_in_role
from {{ ref('build_delivery') }} as delivery
inner join {{ ref('fct_staffing') }} as fact on delivery.delivery_id = fact.delivery_id
