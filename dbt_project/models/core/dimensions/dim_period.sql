select
    label as period,
    'month' as period_kind,
    reporting_month as first_month,
    reporting_month,
    reference_date
from {{ ref('dim_month') }}

union all

select
    to_char(reporting_month, 'YYYY-"T"') || extract(month from reporting_month)::integer / 4 as period,
    'trimester' as period_kind,
    (reporting_month - interval '3 months')::date as first_month,
    reporting_month,
    reference_date
from {{ ref('dim_month') }}
where extract(month from reporting_month)::integer % 4 = 0
