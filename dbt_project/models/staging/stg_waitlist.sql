select
    delivery_id,
    row_number,
    reporting_month,
    stay_key,
    measure_key,
    list,
    listed_date,
    delisted_date,
    delisting_reason,
    urgency,
    bridged
from {{ source('landing', 'waitlist') }}
