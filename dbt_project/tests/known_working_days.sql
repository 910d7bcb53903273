-- working_days(a, b) counts the working days in (a, b] (specification 2.1).
with known (first_day, last_day, working_days) as (
    values
    (date '2024-03-28', date '2024-04-02', 1), -- over Easter: only Tuesday 2 April
    (date '2024-03-25', date '2024-04-05', 7), -- 26, 27, 28 March and 2, 3, 4, 5 April
    (date '2022-05-25', date '2022-05-30', 1), -- Ascension Day, the designated Friday, a weekend
    (date '2023-12-22', date '2024-01-02', 4), -- 27, 28, 29 December and 2 January
    (date '2023-06-01', date '2023-06-01', 0)
)

select known.*
from known
left join {{ ref('dim_day') }} as first_day on known.first_day = first_day.day
left join {{ ref('dim_day') }} as last_day on known.last_day = last_day.day
where last_day.working_day_number - first_day.working_day_number is distinct from known.working_days
