{{ config(materialized='view', post_hook='alter view {{ this }} set (security_barrier = true)') }}

select
    delivery.gi_code,
    delivery.reporting_month,
    fact.stay_number,
    fact.measure_number,
    fact.child_number,
    fact.list,
    fact.awaits_worker,
    fact.urgency,
    fact.bridged,
    fact.weight,
    fact.is_open,
    fact.delisting_reason,
    {{ month_of('fact.listed_date') }} as listed_month,
    {{ month_of('fact.delisted_date') }} as delisted_month,
    fact.delisted_date - fact.listed_date as days_on_list
from {{ ref('build_delivery') }} as delivery
inner join {{ ref('fct_waitlist') }} as fact on delivery.delivery_id = fact.delivery_id
