-- A delivery is judged beside the one of the month before, so with another of those it is judged again.
{{ config(materialized='view') }}

select
    history.delivery_id,
    history.gi_code,
    history.reporting_month,
    history.reference_date,
    history.previous_delivery_id
from {{ ref('history') }} as history
left join {{ source('quality', 'judged') }} as judged
    on
        history.delivery_id = judged.delivery_id
        and history.previous_delivery_id is not distinct from judged.previous_delivery_id
where judged.delivery_id is null
