-- What was delivered up to a month, as known at the vintage. The name is made of the deliveries alone, so whatever is
-- made of a history stays true at any vintage at which these are the deliveries that count.
select
    delivery_id,
    gi_code,
    reporting_month,
    reference_date,
    case
        when lag(reporting_month) over to_here = reporting_month - interval '1 month' then lag(delivery_id) over to_here
    end as previous_delivery_id,
    case
        when lag(reporting_month) over to_here = reporting_month - interval '1 month'
            then concat(lag(delivery_id) over to_here, '/', delivery_id)
    end as pair_id,
    min(reporting_month) over to_here as first_month,
    md5(string_agg(delivery_id::text, ',') over to_here) as history_id
from {{ ref('delivery') }}
window to_here as (partition by gi_code order by reporting_month)
