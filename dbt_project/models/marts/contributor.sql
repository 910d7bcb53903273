with span as (
    select
        min(reporting_month) as first_month,
        max(reporting_month) as last_month
    from {{ ref('delivery') }}
),

first_delivered as (
    select
        gi_code,
        min(reporting_month) as first_month
    from {{ ref('delivery') }}
    group by gi_code
),

expected as (
    select
        period.period,
        period.period_kind,
        period.reporting_month,
        institution.gi_code,
        kind.looks_back,
        first_delivered.first_month
    from {{ ref('dim_period') }} as period
    inner join span on period.reporting_month between span.first_month and span.last_month
    inner join {{ ref('dim_institution') }} as institution
        on
            period.reference_date >= institution.valid_from
            and (institution.valid_to is null or period.reference_date <= institution.valid_to)
    cross join (select distinct looks_back from {{ ref('dim_look_back') }}) as kind
    left join first_delivered on institution.gi_code = first_delivered.gi_code
),

judged as (
    select
        expected.period,
        expected.period_kind,
        expected.reporting_month,
        expected.gi_code,
        expected.looks_back,
        min(look_back.reporting_month) as earliest_month,
        count(distinct look_back.reporting_month) > 0
        and count(distinct look_back.reporting_month) = count(distinct delivery.delivery_id) as has_delivered,
        coalesce(bool_or(delivery.is_revised), false) as is_revised,
        coalesce(array_agg(distinct unavailable.item) filter (where unavailable.item is not null), '{}') as unavailable
    from expected
    left join {{ ref('dim_look_back') }} as look_back
        on
            expected.period = look_back.period
            and expected.looks_back = look_back.looks_back
            and (expected.looks_back <> 'history' or expected.first_month <= look_back.reporting_month)
    left join {{ ref('delivery') }} as delivery
        on expected.gi_code = delivery.gi_code and look_back.reporting_month = delivery.reporting_month
    left join lateral unnest(delivery.unavailable) as unavailable (item) on true
    group by
        expected.period, expected.period_kind, expected.reporting_month, expected.gi_code, expected.looks_back
)

select
    judged.period,
    judged.period_kind,
    scope.institution,
    judged.gi_code,
    judged.looks_back,
    judged.reporting_month,
    judged.earliest_month,
    judged.has_delivered,
    judged.is_revised,
    delivery.delivery_id,
    earliest.delivery_id as earliest_delivery_id,
    history.history_id,
    judged.unavailable
from judged
cross join lateral (values (judged.gi_code), ('NL')) as scope (institution)
left join {{ ref('delivery') }} as delivery
    on judged.gi_code = delivery.gi_code and judged.reporting_month = delivery.reporting_month
left join {{ ref('delivery') }} as earliest
    on judged.gi_code = earliest.gi_code and judged.earliest_month = earliest.reporting_month
left join {{ ref('history') }} as history on delivery.delivery_id = history.delivery_id
