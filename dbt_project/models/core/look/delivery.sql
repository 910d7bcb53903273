select
    known.delivery_id,
    known.gi_code,
    known.reporting_month,
    month.reference_date,
    known.known_from,
    delivered.unavailable,
    delivered.vacancies_fte,
    delivered.content_sha256,
    delivered.sequence_number,
    exists(
        select 1 from {{ ref('stg_known') }} as earlier
        where
            earlier.gi_code = known.gi_code
            and earlier.reporting_month = known.reporting_month
            and earlier.delivery_id <> known.delivery_id
            and earlier.known_from <= known.known_from
    ) as is_revised
from {{ ref('stg_known') }} as known
cross join {{ ref('vintage') }} as vintage
inner join {{ ref('stg_delivery') }} as delivered on known.delivery_id = delivered.delivery_id
inner join {{ ref('dim_month') }} as month on known.reporting_month = month.reporting_month
where known.known_from <= vintage.vintage and (known.known_to is null or known.known_to > vintage.vintage)
