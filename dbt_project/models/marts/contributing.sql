{{ config(materialized='view') }}

select contributor.*
from {{ ref('contributor') }} as contributor
inner join {{ ref('remade') }} as remade on contributor.period = remade.period
