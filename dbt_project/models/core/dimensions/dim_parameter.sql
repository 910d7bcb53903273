select
    parameter,
    key,
    value,
    valid_from,
    coalesce(lead(valid_from) over (partition by parameter, key order by valid_from), 'infinity') as valid_to
from {{ ref('parameters') }}
