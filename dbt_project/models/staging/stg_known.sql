-- A table, unlike the other staging models: one look at the ledger per build. A delivery that is accepted while a build
-- runs would else be in a fact that is made later, and not in the one that it is joined to.
{{ config(materialized='table') }}

select
    delivery_id,
    gi_code,
    reporting_month,
    known_from,
    known_to
from {{ source('ledger', 'known') }}
