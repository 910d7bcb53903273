select delivery_id
from {{ ref('delivery') }}
