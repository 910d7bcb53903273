-- Begin and end are each said by their own delivery; corrections are what does not follow from on and off
-- (spec 2.2, W2).
with said as (
    select
        contributor.period,
        contributor.institution,
        stay.list,
        sum(stay.open_stays) filter (where month.delivery_id = any(contributor.earliest_delivery_ids)) as at_begin,
        sum(stay.open_stays) filter (where month.delivery_id = contributor.delivery_id) as at_end,
        sum(stay.listed) filter (where month.reporting_month > contributor.earliest_month) as listed,
        sum(stay.delisted) filter (where month.reporting_month > contributor.earliest_month) as delisted
    from {{ ref('contributing') }} as contributor
    inner join {{ ref('history') }} as month
        on
            contributor.gi_code = month.gi_code
            and month.reporting_month between contributor.earliest_month and contributor.reporting_month
    inner join {{ ref('agg_stay') }} as stay on month.delivery_id = stay.delivery_id
    inner join {{ ref('dim_category') }} as category on category.breakdown = 'list' and stay.list = category.category
    where
        contributor.looks_back = 'flow'
        and contributor.has_delivered
        and category.needs <> all(contributor.unavailable)
    group by contributor.period, contributor.institution, stay.list
),

balance as (
    select
        period,
        institution,
        list,
        coalesce(at_begin, 0) as at_begin,
        coalesce(listed, 0) as listed,
        coalesce(delisted, 0) as delisted,
        coalesce(at_end, 0) as at_end
    from said
)

select
    balance.period,
    balance.institution,
    'W2' as indicator,
    figure.component,
    'list' as breakdown,
    balance.list as category,
    figure.value,
    null::numeric as numerator,
    null::numeric as denominator
from balance
cross join
    lateral (
        values
        ('begin', balance.at_begin),
        ('on', balance.listed),
        ('off', balance.delisted),
        ('corrections', balance.at_end - balance.at_begin - balance.listed + balance.delisted),
        ('end', balance.at_end)
    ) as figure (component, value)
