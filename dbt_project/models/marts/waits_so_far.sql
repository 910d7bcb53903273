-- Whoever was listed before the calendar of working days begins waits for at least all working days in it.
with stay as (
    select
        delivery.gi_code,
        delivery.reporting_month,
        fact.reference_date - fact.listed_date as days,
        today.working_day_number - coalesce(listed.working_day_number, 0) > contact.value::integer
            as is_over_contact_term,
        fact.reference_date - fact.listed_date > help.value::integer as is_over_help_term
    from {{ ref('delivery') }} as delivery
    inner join {{ ref('fct_waitlist') }} as fact on delivery.delivery_id = fact.delivery_id
    inner join {{ ref('dim_day') }} as today on fact.reference_date = today.day
    left join {{ ref('dim_day') }} as listed on fact.listed_date = listed.day
    inner join {{ ref('dim_parameter') }} as contact
        on
            contact.parameter = 'term' and contact.key = 'contact_working_days'
            and fact.reference_date >= contact.valid_from and fact.reference_date < contact.valid_to
    inner join {{ ref('dim_parameter') }} as help
        on
            help.parameter = 'term' and help.key = 'help_calendar_days'
            and fact.reference_date >= help.valid_from and fact.reference_date < help.valid_to
    where fact.is_open and fact.awaits_worker and fact.weight > 0
),

measured as (
    select
        contributor.period,
        contributor.institution,
        count(stay.days) as stays,
        {{ percentile_of_days('stay.days', 0.5) }} as median,
        {{ percentile_of_days('stay.days', 0.9) }} as p90,
        count(stay.days) filter (where stay.is_over_contact_term) as over_contact_term,
        count(stay.days) filter (where stay.is_over_help_term) as over_help_term
    from {{ ref('contributor') }} as contributor
    left join stay
        on contributor.gi_code = stay.gi_code and contributor.reporting_month = stay.reporting_month
    where contributor.looks_back = 'stock' and contributor.has_delivered
    group by contributor.period, contributor.institution
)

select
    measured.period,
    measured.institution,
    'W4' as indicator,
    figure.component,
    'total' as breakdown,
    'total' as category,
    coalesce(figure.value, {{ ratio('figure.numerator::numeric', 'measured.stays') }}) as value,
    figure.numerator::numeric as numerator,
    case when figure.numerator is not null then measured.stays end::numeric as denominator
from measured
cross join lateral (
    values
    ('n', measured.stays, null),
    ('median', measured.median, null),
    ('p90', measured.p90, null),
    ('share_over_5_working_days', null, measured.over_contact_term),
    ('share_over_91_days', null, measured.over_help_term)
) as figure (component, value, numerator)
