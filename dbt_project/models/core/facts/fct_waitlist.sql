{{ config(indexes=[{'columns': ['delivery_id', 'row_number'], 'unique': true}]) }}

with arrived as (
    {{ accepted_deliveries('known.waitlist_rows is distinct from 0') }}
)

select
    waitlist.*,
    {{ running_number('waitlist', 'stay_key') }} as stay_number,
    measure.measure_number,
    measure.child_number,
    arrived.gi_code,
    arrived.reference_date,
    measure.child_key,
    measure.weight,
    coalesce(code.family = 'wacht op jeugdbeschermer', false) as awaits_worker,
    least(waitlist.delisted_date, measure.stop_date) as left_date,
    waitlist.listed_date <= arrived.reference_date
    and (waitlist.delisted_date is null or waitlist.delisted_date > arrived.reference_date)
    and coalesce(measure.is_running, false) as is_open
from arrived
inner join {{ ref('stg_waitlist') }} as waitlist
    on arrived.reporting_month = waitlist.reporting_month and arrived.delivery_id = waitlist.delivery_id
left join {{ ref('fct_caseload') }} as measure
    on waitlist.delivery_id = measure.delivery_id and waitlist.measure_key = measure.measure_key
left join {{ ref('code_lists') }} as code on code.list = 'lijst' and waitlist.list = code.code
