with ended as (
    select
        contributor.period,
        contributor.institution,
        outcome.category as measure_type,
        outcome.days
    from {{ ref('contributing') }} as contributor
    inner join {{ ref('agg_measure_outcome') }} as outcome
        on contributor.history_id = outcome.history_id and contributor.period_kind = outcome.period_kind
    cross join generate_series(1, outcome.measures) as each (measure)
    where contributor.looks_back = 'period' and contributor.has_delivered and outcome.indicator = 'F2'
),

measured as (
    select
        period,
        institution,
        case when grouping(measure_type) = 0 then 'type' else 'total' end as breakdown,
        coalesce(measure_type, 'total') as category,
        count(*) as n,
        {{ percentile('days', '0.5') }} as median,
        {{ percentile('days', '0.9') }} as p90
    from ended
    group by grouping sets ((period, institution), (period, institution, measure_type))
)

select
    measured.period,
    measured.institution,
    'F2' as indicator,
    figure.component,
    measured.breakdown,
    measured.category,
    figure.value,
    null::numeric as numerator,
    null::numeric as denominator
from measured
cross join lateral (
    values ('n', measured.n), ('median', measured.median), ('p90', measured.p90)
) as figure (component, value)
