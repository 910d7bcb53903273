select
    contributor.period,
    contributor.institution,
    figure.indicator,
    figure.component,
    caseload.breakdown,
    caseload.category,
    sum(figure.value) as value,
    null::numeric as numerator,
    null::numeric as denominator
from {{ ref('contributing') }} as contributor
inner join {{ ref('agg_caseload') }} as caseload on contributor.delivery_id = caseload.delivery_id
cross join
    lateral (
        values
        ('C1', 'count', caseload.measures),
        ('C1', 'weighted', caseload.measures_weighted),
        ('C2', 'children', caseload.children),
        ('C2', 'families', caseload.families)
    ) as figure (indicator, component, value)
where contributor.looks_back = 'stock' and contributor.has_delivered and figure.value is not null
group by
    contributor.period, contributor.institution,
    figure.indicator, figure.component, caseload.breakdown, caseload.category
