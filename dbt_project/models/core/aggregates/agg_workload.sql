{{ config(indexes=[{'columns': ['delivery_id']}]) }}

with arrived as (
    {{ accepted_deliveries() }}
),

waiting as (
    select
        delivery_id,
        sum(weight) as measures_weighted
    from (
        select distinct
            arrived.delivery_id,
            stay.measure_key,
            stay.weight
        from arrived
        inner join {{ ref('fct_waitlist') }} as stay on arrived.delivery_id = stay.delivery_id
        where stay.is_open and stay.awaits_worker
    ) as measure
    group by delivery_id
)

select
    arrived.delivery_id,
    caseload.measures_weighted,
    caseload.measures_weighted - coalesce(waiting.measures_weighted, 0) as assigned_weighted,
    caseload.families,
    coalesce(children_waiting.children, 0) as children_waiting,
    staffing.fte_caseload
from arrived
inner join {{ ref('agg_caseload') }} as caseload
    on arrived.delivery_id = caseload.delivery_id and caseload.breakdown = 'total'
inner join {{ ref('agg_staffing') }} as staffing on arrived.delivery_id = staffing.delivery_id
left join {{ ref('agg_waiting') }} as children_waiting
    on arrived.delivery_id = children_waiting.delivery_id and children_waiting.breakdown = 'total'
left join waiting on arrived.delivery_id = waiting.delivery_id
