{{ config(indexes=[{'columns': ['delivery_id']}]) }}

with arrived as (
    {{ accepted_deliveries('known.waitlist_rows is distinct from 0') }}
)

select
    arrived.delivery_id,
    stay.list,
    count(*) filter (where stay.is_open) as open_stays,
    count(*) filter (where stay.listed_date >= stay.reporting_month) as listed,
    count(*) filter (where stay.left_date between stay.reporting_month and stay.reference_date) as delisted
from arrived
inner join {{ ref('fct_waitlist') }} as stay on arrived.delivery_id = stay.delivery_id
where stay.weight > 0
group by arrived.delivery_id, stay.list
