{{ config(indexes=[{'columns': ['delivery_id', 'row_number'], 'unique': true}]) }}

with arrived as (
    {{ accepted_deliveries() }}
)

select
    staffing.*,
    {{ running_number('staffing', 'worker_key') }} as worker_number,
    arrived.gi_code,
    arrived.reference_date,
    staffing.post_start_date <= arrived.reference_date
    and (staffing.post_end_date is null or staffing.post_end_date > arrived.reference_date) as is_in_post,
    code.family = 'draagt caseload' as is_caseload_role,
    staffing.role = 'jeugdbeschermer' and staffing.skj_registered as is_registered_protection_worker,
    staffing.contract_type in ('inhuur', 'zzp') as is_external,
    greatest(
        least(staffing.post_end_date, arrived.reference_date + 1)
        - greatest(staffing.post_start_date, staffing.reporting_month),
        0
    ) as days_in_post
from arrived
inner join {{ ref('stg_staffing') }} as staffing
    on arrived.reporting_month = staffing.reporting_month and arrived.delivery_id = staffing.delivery_id
left join {{ ref('code_lists') }} as code on code.list = 'functie' and staffing.role = code.code
