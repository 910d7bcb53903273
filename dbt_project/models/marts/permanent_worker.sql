with follow_up as (
    select
        contributor.period,
        contributor.institution,
        outcome.days,
        outcome.observable_days,
        outcome.category = 'event' as is_event,
        outcome.measures as number
    from {{ ref('contributing') }} as contributor
    inner join {{ ref('agg_measure_outcome') }} as outcome
        on contributor.history_id = outcome.history_id and contributor.period_kind = outcome.period_kind
    where contributor.looks_back = 'twelve_months' and contributor.has_delivered and outcome.indicator = 'W5'
),

survival as (
    {{ kaplan_meier('follow_up') }}
)

select
    survival.period,
    survival.institution,
    'W5' as indicator,
    figure.component,
    'total' as breakdown,
    'total' as category,
    trim_scale(figure.value) as value,
    null::numeric as numerator,
    null::numeric as denominator
from (
    select
        period,
        institution,
        {%- for day in [7, 42, 91] %}
            1 - {{ survival_after(day) }} as share_{{ day }},
        {%- endfor %}
        max(at_risk) as n,
        min(days) filter (where share_left <= 0.5) as median,
        min(days) filter (where share_left <= 0.1) as p90
    from survival
    group by period, institution
) as survival
cross join
    lateral (
        values
        ('n', survival.n),
        ('median', survival.median),
        ('p90', survival.p90),
        ('share_7', survival.share_7),
        ('share_42', survival.share_42),
        ('share_91', survival.share_91)
    ) as figure (component, value)
