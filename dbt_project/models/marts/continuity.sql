with measured as (
    select
        contributor.period,
        contributor.institution,
        sum(protection.measures) as measures,
        sum(protection.placements) as placements,
        sum(protection.measures_with_changes) filter (where reporting.reports_changes) as measures_with_changes,
        sum(protection.worker_changes) filter (where reporting.reports_changes) as worker_changes,
        sum(protection.two_or_more_changes) filter (where reporting.reports_changes) as two_or_more_changes
    from {{ ref('contributing') }} as contributor
    inner join {{ ref('agg_protection') }} as protection on contributor.delivery_id = protection.delivery_id
    cross join lateral (select 'wisselingen' <> all(contributor.unavailable) as reports_changes) as reporting
    where contributor.looks_back = 'stock' and contributor.has_delivered
    group by contributor.period, contributor.institution
)

select
    measured.period,
    measured.institution,
    figure.indicator,
    figure.component,
    'total' as breakdown,
    'total' as category,
    case
        when figure.component = 'count' then figure.numerator else {{ ratio('figure.numerator', 'figure.denominator') }}
    end
        as value,
    case when figure.component <> 'count' then figure.numerator end as numerator,
    figure.denominator
from measured
cross join
    lateral (
        values
        ('C9', 'mean', measured.worker_changes, measured.measures_with_changes),
        ('C9', 'share_two_or_more', measured.two_or_more_changes, measured.measures_with_changes),
        ('C10', 'count', measured.placements, null),
        ('C10', 'share', measured.placements, measured.measures)
    ) as figure (indicator, component, numerator, denominator)
