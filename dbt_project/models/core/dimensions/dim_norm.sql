-- The monitor calls 30 April "1 May": path and baseline hold from the day after a reference date (spec 2.2, C6).
select
    month.reporting_month,
    norm.value::numeric as norm,
    date_trunc('month', baseline.value::timestamp)::date as baseline_month,
    step.reduction as path_reduction,
    step.is_assumed as path_is_assumed
from {{ ref('dim_month') }} as month
inner join {{ ref('dim_parameter') }} as norm
    on
        norm.parameter = 'norm' and norm.key = 'measures_per_fte'
        and month.reference_date >= norm.valid_from and month.reference_date < norm.valid_to
left join {{ ref('dim_parameter') }} as baseline
    on
        baseline.parameter = 'norm' and baseline.key = 'baseline_reference_date'
        and month.reference_date + 1 >= baseline.valid_from and month.reference_date + 1 < baseline.valid_to
left join lateral (
    select
        path_step.reduction,
        path_step.is_assumed
    from {{ ref('dim_path_step') }} as path_step
    where path_step.step_date <= month.reference_date + 1
    order by path_step.step_date desc
    limit 1
) as step on true
