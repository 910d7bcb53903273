select
    delivery_id,
    row_number,
    reporting_month,
    worker_key,
    role,
    contract_type,
    skj_registered,
    fte_contract,
    fte_caseload,
    absence_fte_days,
    post_start_date,
    post_end_date,
    origin,
    leaving_reason
from {{ source('landing', 'staffing') }}
