with wait as (
    select
        contributor.period,
        contributor.institution,
        outcome.days
    from {{ ref('contributing') }} as contributor
    inner join {{ ref('agg_stay_outcome') }} as outcome
        on contributor.history_id = outcome.history_id and contributor.period_kind = outcome.period_kind
    cross join generate_series(1, outcome.stays) as each (stay)
    where contributor.looks_back = 'period' and contributor.has_delivered
),

measured as (
    select
        period,
        institution,
        count(*) as n,
        {{ ratio('sum(days)::numeric', 'count(*)') }} as mean,
        {{ percentile('days', '0.5') }} as median,
        {{ percentile('days', '0.9') }} as p90
    from wait
    group by period, institution
)

select
    measured.period,
    measured.institution,
    'W3' as indicator,
    figure.component,
    'total' as breakdown,
    'total' as category,
    figure.value,
    null::numeric as numerator,
    null::numeric as denominator
from measured
cross join lateral (
    values ('n', measured.n), ('mean', measured.mean), ('median', measured.median), ('p90', measured.p90)
) as figure (component, value)
