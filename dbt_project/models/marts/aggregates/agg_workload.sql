with waiting as (
    select
        delivery_id,
        sum(weight) as measures_weighted
    from (
        select distinct
            delivery_id,
            measure_key,
            weight
        from {{ ref('fct_waitlist') }}
        where is_open and awaits_worker
    ) as measure
    group by delivery_id
)

select
    delivery.gi_code,
    delivery.reporting_month,
    caseload.measures_weighted,
    caseload.measures_weighted - coalesce(waiting.measures_weighted, 0) as assigned_weighted,
    staffing.fte_caseload
from {{ ref('delivery') }} as delivery
inner join {{ ref('agg_caseload') }} as caseload
    on
        delivery.gi_code = caseload.gi_code
        and delivery.reporting_month = caseload.reporting_month
        and caseload.breakdown = 'total'
inner join {{ ref('agg_staffing') }} as staffing
    on delivery.gi_code = staffing.gi_code and delivery.reporting_month = staffing.reporting_month
left join waiting on delivery.delivery_id = waiting.delivery_id
