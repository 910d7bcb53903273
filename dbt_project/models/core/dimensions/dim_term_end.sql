-- The Algemene termijnenwet moves the end of a term of days that is no working day to the next one; it does so with
-- the plan's six weeks, but the inspections' three months for help are no term of that law (spec 2.2, W6-W8).
with term as (
    select
        day.day,
        day.is_working_day,
        day.working_day_number,
        contact.value::integer as contact_working_days,
        plan.value::integer as plan_days,
        help.value::integer as help_days
    from
        {{ ref('dim_day') }} as day
    {%- for name, key in [
        ('contact', 'contact_working_days'), ('plan', 'plan_calendar_days'), ('help', 'help_calendar_days')
    ] %}
        inner join {{ ref('dim_parameter') }} as {{ name }}
            on
                {{ name }}.parameter = 'term' and {{ name }}.key = '{{ key }}'
                and day.day >= {{ name }}.valid_from and day.day < {{ name }}.valid_to
            {%- endfor %}
)

select
    term.day,
    contact_end.day as contact_ends,
    plan_end.day as plan_ends,
    term.day + term.help_days as help_ends
from term
inner join {{ ref('dim_day') }} as contact_end
    on
        contact_end.is_working_day
        and term.working_day_number + term.contact_working_days = contact_end.working_day_number
inner join {{ ref('dim_day') }} as plan_day on term.day + term.plan_days = plan_day.day
inner join {{ ref('dim_day') }} as plan_end
    on
        plan_end.is_working_day
        and plan_end.working_day_number = plan_day.working_day_number + (not plan_day.is_working_day)::integer
