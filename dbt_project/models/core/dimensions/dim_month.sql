select
    month::date as reporting_month,
    (month + interval '1 month' - interval '1 day')::date as reference_date,
    to_char(month, 'YYYY-MM') as label
from generate_series(timestamp '2015-01-01', timestamp '2030-12-01', interval '1 month') as months (month)
