-- Whoever was listed before the calendar of working days begins waits for at least all working days in it.
{{ config(indexes=[{'columns': ['delivery_id']}]) }}

with arrived as (
    {{ accepted_deliveries('known.waitlist_rows is distinct from 0') }}
),

stay as (
    select
        arrived.delivery_id,
        fact.reference_date - fact.listed_date as days,
        today.working_day_number - coalesce(listed.working_day_number, 0) > contact.value::integer
            as is_over_contact_term,
        fact.reference_date - fact.listed_date > help.value::integer as is_over_help_term
    from arrived
    inner join {{ ref('fct_waitlist') }} as fact on arrived.delivery_id = fact.delivery_id
    inner join {{ ref('dim_day') }} as today on fact.reference_date = today.day
    left join {{ ref('dim_day') }} as listed on fact.listed_date = listed.day
    {%- for name, key in [('contact', 'contact_working_days'), ('help', 'help_calendar_days')] %}
        inner join {{ ref('dim_parameter') }} as {{ name }}
            on
                {{ name }}.parameter = 'term' and {{ name }}.key = '{{ key }}'
                and fact.reference_date >= {{ name }}.valid_from and fact.reference_date < {{ name }}.valid_to
    {%- endfor %}
    where fact.is_open and fact.awaits_worker and fact.weight > 0
)

select
    delivery_id,
    days,
    is_over_contact_term,
    is_over_help_term,
    count(*) as stays
from stay
group by delivery_id, days, is_over_contact_term, is_over_help_term
