with calendar as (
    select
        day::date as day,
        extract(isodow from day) < 6
        and day::date not in (select holidays.day from {{ ref('holidays') }} as holidays)
        and day::date not in (
            select designated.key::date from {{ ref('parameters') }} as designated
            where designated.parameter = 'designated_day'
        ) as is_working_day
    from generate_series(timestamp '2015-01-01', timestamp '2030-12-31', interval '1 day') as days (day)
)

select
    day,
    is_working_day,
    count(*) filter (where is_working_day) over (order by day) as working_day_number
from calendar
