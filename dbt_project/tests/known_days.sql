-- Days whose kind anybody can look up: holidays, their neighbours, and the day designated by decree.
with known (day, is_working_day) as (
    values
    (date '2024-03-28', true),
    (date '2024-03-29', false), -- Goede Vrijdag
    (date '2024-04-01', false), -- Tweede Paasdag
    (date '2024-04-02', true),
    (date '2024-04-27', false), -- Koningsdag, a Saturday
    (date '2025-04-25', true),
    (date '2025-04-26', false), -- Koningsdag, because the 27th is a Sunday
    (date '2025-04-28', true),
    (date '2022-05-05', false), -- Bevrijdingsdag
    (date '2022-05-26', false), -- Hemelvaartsdag
    (date '2022-05-27', false), -- designated by decree
    (date '2023-05-19', true), -- the day after Hemelvaartsdag in another year
    (date '2024-05-20', false), -- Tweede Pinksterdag
    (date '2023-12-26', false), -- Tweede Kerstdag
    (date '2024-12-31', true)
)

select known.*
from known
left join {{ ref('dim_day') }} as calendar on known.day = calendar.day
where calendar.is_working_day is distinct from known.is_working_day
