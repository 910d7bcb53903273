-- Who carries on an institution's work, from which day on: itself first, then who took it over, and who took that over.
-- `union` and not `union all`, so that institutions that name each other do not go on for ever.
with recursive succession as (
    select
        gi_code as origin,
        gi_code,
        valid_from as from_day
    from {{ ref('dim_institution') }}

    union

    select
        succession.origin,
        ended.successor as gi_code,
        greatest(succession.from_day, ended.valid_to + 1) as from_day
    from succession
    inner join {{ ref('dim_institution') }} as ended on succession.gi_code = ended.gi_code
    where ended.valid_to is not null and ended.successor is not null
)

select
    origin,
    gi_code,
    from_day
from succession
