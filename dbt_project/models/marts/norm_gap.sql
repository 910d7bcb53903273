with measured as (
    select
        contributor.period,
        contributor.institution,
        contributor.looks_back,
        contributor.reporting_month,
        sum(workload.measures_weighted) as measures_weighted,
        sum(workload.fte_caseload) as fte_caseload,
        {{ ratio('sum(workload.measures_weighted)', 'sum(workload.fte_caseload)') }} as workload,
        {{ ratio('sum(baseline.measures_weighted)', 'sum(baseline.fte_caseload)') }} as baseline_workload
    from {{ ref('contributing') }} as contributor
    inner join {{ ref('agg_workload') }} as workload on contributor.delivery_id = workload.delivery_id
    {{ workload_before() }}
    where contributor.looks_back in ('stock', 'growth_baseline') and contributor.has_delivered
    group by contributor.period, contributor.institution, contributor.looks_back, contributor.reporting_month
),

compared as (
    select
        measured.*,
        norm.norm,
        norm.path_is_assumed,
        -- greatest() alone passes over an empty value.
        case
            when measured.baseline_workload is not null
                then greatest(norm.norm, measured.baseline_workload - norm.path_reduction)
        end as path
    from measured
    inner join {{ ref('dim_norm') }} as norm on measured.reporting_month = norm.reporting_month
)

select
    compared.period,
    compared.institution,
    figure.indicator,
    figure.component,
    'total' as breakdown,
    'total' as category,
    trim_scale(figure.value) as value,
    null::numeric as numerator,
    null::numeric as denominator
from compared
cross join
    lateral (
        values
        ('stock', 'C6', 'gap_to_norm', compared.workload - compared.norm),
        ('stock', 'C7', 'value', greatest(compared.measures_weighted / compared.norm - compared.fte_caseload, 0)),
        ('growth_baseline', 'C6', 'path', compared.path),
        ('growth_baseline', 'C6', 'gap_to_path', compared.workload - compared.path),
        ('growth_baseline', 'C6', 'path_assumed', compared.path_is_assumed::integer)
    ) as figure (looks_back, indicator, component, value)
where compared.looks_back = figure.looks_back
