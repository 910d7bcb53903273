select
    delivery.gi_code,
    delivery.reporting_month,
    part.breakdown,
    part.category,
    count(distinct stay.child_key) as children
from {{ ref('delivery') }} as delivery
inner join {{ ref('fct_waitlist') }} as stay on delivery.delivery_id = stay.delivery_id
cross join
    lateral (
        values
        ('list', stay.list, true),
        ('total', 'total', stay.awaits_worker),
        ('urgency', stay.urgency, stay.awaits_worker)
    ) as part (breakdown, category, counts)
where stay.is_open and stay.weight > 0 and part.counts
group by delivery.gi_code, delivery.reporting_month, part.breakdown, part.category
