{{ config(
    indexes=[
        {'columns': ['delivery_id', 'row_number'], 'unique': true},
        {'columns': ['delivery_id', 'measure_key']}
    ]
) }}

with arrived as (
    {{ accepted_deliveries() }}
)

select
    caseload.*,
    {{ running_number('caseload', 'measure_key') }} as measure_number,
    {{ running_number('caseload', 'child_key') }} as child_number,
    {{ running_number('caseload', 'family_key') }} as family_number,
    arrived.gi_code,
    arrived.reference_date,
    code.family as measure_family,
    weight.value::numeric as weight,
    spell.start_date,
    spell.stop_date,
    spell.start_date <= arrived.reference_date
    and (spell.stop_date is null or spell.stop_date > arrived.reference_date) as is_running
from arrived
inner join {{ ref('stg_caseload') }} as caseload
    on arrived.reporting_month = caseload.reporting_month and arrived.delivery_id = caseload.delivery_id
left join {{ ref('code_lists') }} as code on code.list = 'type_maatregel' and caseload.measure_type = code.code
left join {{ ref('dim_parameter') }} as weight
    on
        weight.parameter = 'weight' and caseload.measure_type = weight.key
        and arrived.reference_date >= weight.valid_from and arrived.reference_date < weight.valid_to
cross join lateral (
    select
        coalesce(caseload.taken_over_date, caseload.ruling_date) as start_date,
        least(caseload.end_date, caseload.handed_over_date + 1) as stop_date
) as spell
