select
    contributor.period,
    contributor.institution,
    'W1' as indicator,
    'children' as component,
    waiting.breakdown,
    waiting.category,
    sum(waiting.children) as value,
    null::numeric as numerator,
    null::numeric as denominator
from {{ ref('contributing') }} as contributor
inner join {{ ref('agg_waiting') }} as waiting on contributor.delivery_id = waiting.delivery_id
inner join {{ ref('dim_category') }} as category
    on waiting.breakdown = category.breakdown and waiting.category = category.category
where
    contributor.looks_back = 'stock'
    and contributor.has_delivered
    and category.needs <> all(contributor.unavailable)
group by contributor.period, contributor.institution, waiting.breakdown, waiting.category
