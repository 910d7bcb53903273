select
    contributor.period,
    contributor.institution,
    figure.indicator,
    'value' as component,
    'total' as breakdown,
    'total' as category,
    {{ ratio('sum(figure.numerator)', 'sum(workload.fte_caseload)') }} as value,
    sum(figure.numerator) as numerator,
    sum(workload.fte_caseload) as denominator
from {{ ref('contributing') }} as contributor
inner join {{ ref('agg_workload') }} as workload on contributor.delivery_id = workload.delivery_id
cross join
    lateral (
        values
        ('C3', workload.measures_weighted),
        ('C4', workload.assigned_weighted),
        ('C5', workload.families)
    ) as figure (indicator, numerator)
where contributor.looks_back = 'stock' and contributor.has_delivered
group by contributor.period, contributor.institution, figure.indicator
