select
    period,
    'stock' as looks_back,
    reporting_month
from {{ ref('dim_period') }}

union all

select
    period.period,
    kind.looks_back,
    months.month::date as reporting_month
from {{ ref('dim_period') }} as period
cross join
    lateral (
        values
        ('period', period.first_month),
        ('flow', (period.first_month - interval '1 month')::date),
        ('twelve_months', (period.reporting_month - interval '11 months')::date),
        ('history', (select min(month.reporting_month) from {{ ref('dim_month') }} as month))
    ) as kind (looks_back, from_month)
cross join generate_series(kind.from_month::timestamp, period.reporting_month, '1 month') as months (month)

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
