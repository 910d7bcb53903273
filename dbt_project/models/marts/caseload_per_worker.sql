-- One row per worker, and one without figures where nobody carries measures.
with worker as (
    select
        contributor.period,
        contributor.institution,
        contributor.reporting_month,
        carrier.fte_caseload,
        carrier.measures / carrier.fte_caseload as caseload
    from {{ ref('contributing') }} as contributor
    left join {{ ref('agg_worker_load') }} as carrier on contributor.delivery_id = carrier.delivery_id
    cross join generate_series(1, coalesce(carrier.workers, 1)) as each (worker)
    where contributor.looks_back = 'stock' and contributor.has_delivered
),

measured as (
    select
        worker.period,
        worker.institution,
        {%- for share in ['0.1', '0.5', '0.9'] %}
            {{ percentile('worker.caseload', share, decimals=12) }} as p{{ share[2:] }}0,
        {%- endfor %}
        coalesce(sum(worker.fte_caseload) filter (where worker.caseload > norm.norm), 0) as fte_above,
        coalesce(sum(worker.fte_caseload), 0) as fte
    from worker
    inner join {{ ref('dim_norm') }} as norm on worker.reporting_month = norm.reporting_month
    group by worker.period, worker.institution
)

select
    measured.period,
    measured.institution,
    'C8' as indicator,
    figure.component,
    'total' as breakdown,
    'total' as category,
    figure.value,
    figure.numerator,
    figure.denominator
from measured
cross join
    lateral (
        values
        ('p10', measured.p10, null, null),
        ('p50', measured.p50, null, null),
        ('p90', measured.p90, null, null),
        ('share_above_12', {{ ratio('measured.fte_above', 'measured.fte') }}, measured.fte_above, measured.fte)
    ) as figure (component, value, numerator, denominator)
