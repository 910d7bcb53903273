select
    period,
    'stock' as looks_back,
    reporting_month
from {{ ref('dim_period') }}

union all

select
    period,
    'flow' as looks_back,
    month::date as reporting_month
from {{ ref('dim_period') }}
cross join generate_series(first_month - interval '1 month', reporting_month, '1 month') as months (month)

union all

select
    period,
    'growth_4m' as looks_back,
    month::date as reporting_month
from {{ ref('dim_period') }}
cross join generate_series(reporting_month - interval '4 months', reporting_month, '4 months') as months (month)

union all

select distinct
    period.period,
    'growth_baseline' as looks_back,
    month.reporting_month
from {{ ref('dim_period') }} as period
inner join {{ ref('dim_norm') }} as norm on period.reporting_month = norm.reporting_month
cross join lateral unnest(array[norm.baseline_month, period.reporting_month]) as month (reporting_month)
where norm.baseline_month <= period.reporting_month
