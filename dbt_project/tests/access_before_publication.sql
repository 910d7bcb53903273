-- Whoever sees a release before its publication sees it from noon on the working day before, at the earliest.
select access.*
from {{ ref('release_access') }} as access
left join {{ ref('release_calendar') }} as calendar on access.release_id = calendar.release_id
left join {{ ref('dim_day') }} as published
    on (calendar.publication_moment at time zone 'Europe/Amsterdam')::date = published.day
left join {{ ref('dim_day') }} as shown
    on (access.access_from at time zone 'Europe/Amsterdam')::date = shown.day
where
    (
        access.access_from < calendar.publication_moment
        and shown.working_day_number >= published.working_day_number - 1
        and (
            shown.working_day_number = published.working_day_number
            or (access.access_from at time zone 'Europe/Amsterdam')::time >= time '12:00'
        )
    ) is not true
