with span as (
    select
        min(reporting_month) as first_month,
        max(reporting_month) as last_month
    from {{ ref('delivery') }}
),

expected as (
    select
        period.period,
        period.reporting_month,
        institution.gi_code,
        kind.looks_back
    from {{ ref('dim_period') }} as period
    inner join span on period.reporting_month between span.first_month and span.last_month
    inner join {{ ref('dim_institution') }} as institution
        on
            period.reference_date >= institution.valid_from
            and (institution.valid_to is null or period.reference_date <= institution.valid_to)
    cross join (select distinct looks_back from {{ ref('dim_look_back') }}) as kind
),

judged as (
    select
        expected.period,
        expected.reporting_month,
        expected.gi_code,
        expected.looks_back,
        min(look_back.reporting_month) as earliest_month,
        count(look_back.reporting_month) > 0
        and count(look_back.reporting_month) = count(delivery.delivery_id) as has_delivered,
        coalesce(bool_or(delivery.is_revised), false) as is_revised
    from expected
    left join {{ ref('dim_look_back') }} as look_back
        on expected.period = look_back.period and expected.looks_back = look_back.looks_back
    left join {{ ref('delivery') }} as delivery
        on expected.gi_code = delivery.gi_code and look_back.reporting_month = delivery.reporting_month
    group by expected.period, expected.reporting_month, expected.gi_code, expected.looks_back
)

select
    judged.period,
    scope.institution,
    judged.gi_code,
    judged.looks_back,
    judged.reporting_month,
    judged.earliest_month,
    judged.has_delivered,
    judged.is_revised,
    coalesce(delivery.unavailable, '{}') as unavailable
from judged
cross join lateral (values (judged.gi_code), ('NL')) as scope (institution)
left join {{ ref('delivery') }} as delivery
    on judged.gi_code = delivery.gi_code and judged.reporting_month = delivery.reporting_month
