select
    gi_code,
    name,
    synthetic,
    profile,
    area,
    valid_from,
    valid_to,
    successor
from {{ source('ledger', 'institution') }}
