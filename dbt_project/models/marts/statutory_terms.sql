with judged as (
    select
        contributor.period,
        contributor.institution,
        component.indicator,
        coalesce(sum(outcome.measures) filter (where outcome.category = 'met'), 0) as met,
        coalesce(sum(outcome.measures) filter (where outcome.category = 'late'), 0) as late,
        coalesce(sum(outcome.measures) filter (where outcome.category = 'overdue'), 0) as overdue,
        coalesce(sum(outcome.measures) filter (where outcome.category = 'unknown'), 0) as unknown
    from {{ ref('contributing') }} as contributor
    inner join {{ ref('indicator_components') }} as component
        on
            component.indicator in ('W6', 'W7', 'W8')
            and component.component = 'share'
            and component.needs <> all(contributor.unavailable)
    left join {{ ref('agg_measure_outcome') }} as outcome
        on
            contributor.history_id = outcome.history_id
            and contributor.period_kind = outcome.period_kind
            and component.indicator = outcome.indicator
    where contributor.looks_back = 'period' and contributor.has_delivered
    group by contributor.period, contributor.institution, component.indicator
)

select
    judged.period,
    judged.institution,
    judged.indicator,
    figure.component,
    'total' as breakdown,
    'total' as category,
    coalesce(figure.value, {{ ratio('figure.numerator', 'figure.denominator') }}) as value,
    figure.numerator,
    figure.denominator
from judged
cross join
    lateral (
        values
        ('met', judged.met, null, null),
        ('late', judged.late, null, null),
        ('overdue', judged.overdue, null, null),
        ('unknown', judged.unknown, null, null),
        ('share', null, judged.met, judged.met + judged.late + judged.overdue)
    ) as figure (component, value, numerator, denominator)
