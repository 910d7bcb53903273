-- Built last, and only when everything before it passed its tests: without it there is nothing to swap.
-- depends_on: {{ ref('observations') }}
-- depends_on: {{ ref('trimester_observations') }}
-- depends_on: {{ ref('lineage') }}
select
    built_at,
    vintage,
    oldest_open_month
from {{ ref('vintage') }}
