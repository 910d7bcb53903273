-- A zero change counts as down (spec 2.2, N1).
with compared as (
    select
        contributor.period,
        contributor.institution,
        contributor.gi_code,
        workload.measures_weighted / nullif(workload.fte_caseload, 0)
        - baseline.measures_weighted / nullif(baseline.fte_caseload, 0) as delta_workload,
        workload.children_waiting - baseline.children_waiting as delta_waiting
    from {{ ref('contributing') }} as contributor
    inner join {{ ref('agg_workload') }} as workload on contributor.delivery_id = workload.delivery_id
    {{ workload_before() }}
    where contributor.looks_back = 'growth_baseline' and contributor.has_delivered
),

same as (
    select
        period.period,
        max(parameter.value::numeric) filter (where parameter.key = 'workload_change') as workload_change,
        max(parameter.value::numeric) filter (where parameter.key = 'children_change') as children_change
    from {{ ref('dim_period') }} as period
    inner join {{ ref('dim_parameter') }} as parameter
        on
            parameter.parameter = 'relief'
            and period.reference_date >= parameter.valid_from and period.reference_date < parameter.valid_to
    group by period.period
),

classified as (
    select
        compared.*,
        case
            when compared.delta_workload is null then null
            when
                abs(compared.delta_workload) < same.workload_change
                and abs(compared.delta_waiting) < same.children_change
                then 'about_the_same'
            when compared.delta_workload <= 0 and compared.delta_waiting <= 0 then 'both_down'
            when compared.delta_workload <= 0 then 'workload_down_list_up'
            when compared.delta_waiting <= 0 then 'workload_up_list_down'
            else 'both_up'
        end as class
    from compared
    left join same on compared.period = same.period
)

select
    classified.period,
    classified.institution,
    'N1' as indicator,
    'class' as component,
    'relief' as breakdown,
    category.category,
    count(*) filter (where classified.class = category.category)::numeric as value,
    null::numeric as numerator,
    null::numeric as denominator
from classified
inner join {{ ref('dim_category') }} as category on category.breakdown = 'relief' and category.category <> 'total'
where classified.institution = 'NL'
group by classified.period, classified.institution, category.category

union all

select
    period,
    institution,
    'N1' as indicator,
    'class' as component,
    'relief' as breakdown,
    coalesce(class, 'total') as category,
    case when class is not null then 1 end as value,
    null as numerator,
    null as denominator
from classified
where institution = gi_code

union all

select
    classified.period,
    classified.institution,
    'N1' as indicator,
    figure.component,
    'total' as breakdown,
    'total' as category,
    trim_scale(figure.value) as value,
    null as numerator,
    null as denominator
from classified
cross join
    lateral (
        values
        ('delta_workload', classified.delta_workload),
        ('delta_waiting', case when classified.delta_workload is not null then classified.delta_waiting end)
    ) as figure (component, value)
where classified.institution = classified.gi_code
