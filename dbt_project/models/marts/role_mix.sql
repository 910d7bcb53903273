select
    contributor.period,
    contributor.institution,
    'S3' as indicator,
    figure.component,
    'role' as breakdown,
    role.role as category,
    sum(figure.value) as value,
    null::numeric as numerator,
    null::numeric as denominator
from {{ ref('contributing') }} as contributor
inner join {{ ref('agg_role') }} as role on contributor.delivery_id = role.delivery_id
cross join lateral (values ('persons', role.persons), ('fte', role.fte)) as figure (component, value)
where contributor.looks_back = 'stock' and contributor.has_delivered
group by contributor.period, contributor.institution, figure.component, role.role
