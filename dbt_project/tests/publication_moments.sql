-- A release is published at 09:30 in Amsterdam, on a working day after its reference date (specification 3.3).
select calendar.*
from {{ ref('release_calendar') }} as calendar
left join {{ ref('dim_period') }} as period on calendar.release_id = period.period
left join {{ ref('dim_day') }} as day
    on (calendar.publication_moment at time zone 'Europe/Amsterdam')::date = day.day
where
    (
        day.is_working_day
        and day.day > period.reference_date
        and (calendar.publication_moment at time zone 'Europe/Amsterdam')::time = time '09:30'
        and calendar.reference_month = period.reporting_month
    ) is not true
