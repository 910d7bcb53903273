-- After the last agreed step the monitor assumes an equal one every four months (spec 2.2, C6).
with last_agreed as (
    select
        norm_path.reference_date,
        norm_path.reduction_since_baseline,
        parameter.value::numeric as step
    from {{ ref('norm_path') }} as norm_path
    inner join {{ ref('dim_parameter') }} as parameter
        on
            parameter.parameter = 'path' and parameter.key = 'assumed_step_per_four_months'
            and parameter.valid_to = 'infinity'
    order by norm_path.reference_date desc
    limit 1
)

select
    reference_date as step_date,
    reduction_since_baseline as reduction,
    false as is_assumed
from {{ ref('norm_path') }}

union all

select
    (reference_date + number * interval '4 months')::date as step_date,
    reduction_since_baseline + number * step as reduction,
    true as is_assumed
from last_agreed
cross join generate_series(1, 21) as assumed (number)
