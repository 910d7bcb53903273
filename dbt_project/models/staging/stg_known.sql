-- A table, unlike the other staging models: one look at the ledger per build. A delivery that is accepted while a build
-- runs would else be in a fact that is made later, and not in the one that it is joined to.
{{ config(materialized='table', post_hook='{{ analyze() }}') }}

select
    known.delivery_id,
    known.gi_code,
    known.reporting_month,
    known.known_from,
    known.known_to,
    (delivered.counted_totals -> 'rows' ->> 'waitlist')::integer as waitlist_rows
from {{ source('ledger', 'known') }} as known
inner join {{ source('ledger', 'delivery') }} as delivered on known.delivery_id = delivered.delivery_id
