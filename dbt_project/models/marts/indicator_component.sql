select
    indicator,
    component,
    breakdown,
    looks_back,
    needs
from {{ ref('indicator_components') }}
