select
    delivery_id,
    gi_code,
    reporting_month,
    sequence_number,
    content_sha256,
    known_from
from {{ ref('delivery') }}
