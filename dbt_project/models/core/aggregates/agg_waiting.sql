{{ config(indexes=[{'columns': ['delivery_id']}]) }}

with arrived as (
    {{ accepted_deliveries('known.waitlist_rows is distinct from 0') }}
)

select
    arrived.delivery_id,
    part.breakdown,
    part.category,
    count(distinct stay.child_key) as children
from arrived
inner join {{ ref('fct_waitlist') }} as stay on arrived.delivery_id = stay.delivery_id
cross join
    lateral (
        values
        ('list', stay.list, true),
        ('total', 'total', stay.awaits_worker),
        ('urgency', stay.urgency, stay.awaits_worker)
    ) as part (breakdown, category, counts)
where stay.is_open and stay.weight > 0 and part.counts
group by arrived.delivery_id, part.breakdown, part.category
