select
    delivery_id,
    gi_code,
    reporting_month,
    known_from,
    known_to
from {{ source('ledger', 'known') }}
