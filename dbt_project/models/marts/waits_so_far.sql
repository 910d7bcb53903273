with stay as (
    select
        contributor.period,
        contributor.institution,
        wait.days,
        wait.is_over_contact_term,
        wait.is_over_help_term
    from {{ ref('contributing') }} as contributor
    left join {{ ref('agg_wait_so_far') }} as wait on contributor.delivery_id = wait.delivery_id
    cross join generate_series(1, coalesce(wait.stays, 1)) as each (stay)
    where contributor.looks_back = 'stock' and contributor.has_delivered
),

measured as (
    select
        period,
        institution,
        count(days) as stays,
        {{ percentile('days', '0.5') }} as median,
        {{ percentile('days', '0.9') }} as p90,
        count(days) filter (where is_over_contact_term) as over_contact_term,
        count(days) filter (where is_over_help_term) as over_help_term
    from stay
    group by period, institution
)

select
    measured.period,
    measured.institution,
    'W4' as indicator,
    figure.component,
    'total' as breakdown,
    'total' as category,
    coalesce(figure.value, {{ ratio('figure.numerator::numeric', 'measured.stays') }}) as value,
    figure.numerator::numeric as numerator,
    case when figure.numerator is not null then measured.stays end::numeric as denominator
from measured
cross join lateral (
    values
    ('n', measured.stays, null),
    ('median', measured.median, null),
    ('p90', measured.p90, null),
    ('share_over_5_working_days', null, measured.over_contact_term),
    ('share_over_91_days', null, measured.over_help_term)
) as figure (component, value, numerator)
