select
    delivery_id,
    gi_code,
    reporting_month,
    sequence_number,
    content_sha256,
    unavailable,
    vacancies_fte
from {{ source('ledger', 'delivery') }}
