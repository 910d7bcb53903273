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
        period.reference_date,
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

-- An institution that is compared with what was before it took another over, is compared with both together: else its
-- growth, and that of the country, would be what only moved. One that was not there yet has nothing to compare, and the
-- country is compared without it.
looked_back_on as (
    select
        expected.period,
        expected.period_kind,
        expected.reporting_month,
        expected.gi_code,
        expected.looks_back,
        look_back.reporting_month as month,
        min(look_back.reporting_month) over (
            partition by expected.period, expected.gi_code, expected.looks_back
        ) as earliest_month,
        case
            when expected.looks_back in ('growth_4m', 'growth_baseline') then before.origin
            else expected.gi_code
        end as delivers
    from expected
    left join {{ ref('dim_look_back') }} as look_back
        on
            expected.period = look_back.period
            and expected.looks_back = look_back.looks_back
            and (expected.looks_back <> 'history' or expected.first_month <= look_back.reporting_month)
    left join lateral (
        select succession.origin
        from {{ ref('dim_succession') }} as succession
        inner join {{ ref('dim_institution') }} as institution on succession.origin = institution.gi_code
        inner join {{ ref('dim_month') }} as month on look_back.reporting_month = month.reporting_month
        where
            expected.looks_back in ('growth_4m', 'growth_baseline')
            and succession.gi_code = expected.gi_code
            and succession.from_day <= expected.reference_date
            and institution.valid_from <= month.reference_date
            and (institution.valid_to is null or institution.valid_to >= month.reference_date)
    ) as before on true
),

judged as (
    select
        looked_back_on.period,
        looked_back_on.period_kind,
        looked_back_on.reporting_month,
        looked_back_on.gi_code,
        looked_back_on.looks_back,
        looked_back_on.earliest_month,
        count(looked_back_on.month) > 0 and bool_and(delivery.delivery_id is not null) as has_delivered,
        bool_and(looked_back_on.delivers is not null or looked_back_on.month is null) as was_there,
        coalesce(bool_or(delivery.is_revised), false) as is_revised,
        coalesce(
            array_agg(distinct delivery.delivery_id) filter (
                where delivery.reporting_month = looked_back_on.earliest_month
            ),
            '{}'
        ) as earliest_delivery_ids,
        coalesce(array_agg(distinct unavailable.item) filter (where unavailable.item is not null), '{}') as unavailable
    from looked_back_on
    left join {{ ref('delivery') }} as delivery
        on looked_back_on.delivers = delivery.gi_code and looked_back_on.month = delivery.reporting_month
    left join lateral unnest(delivery.unavailable) as unavailable (item) on true
    group by
        looked_back_on.period, looked_back_on.period_kind, looked_back_on.reporting_month, looked_back_on.gi_code,
        looked_back_on.looks_back, looked_back_on.earliest_month
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
    judged.earliest_delivery_ids,
    history.history_id,
    judged.unavailable
from judged
cross join lateral (values (judged.gi_code), ('NL')) as scope (institution)
left join {{ ref('delivery') }} as delivery
    on judged.gi_code = delivery.gi_code and judged.reporting_month = delivery.reporting_month
left join {{ ref('history') }} as history on delivery.delivery_id = history.delivery_id
where scope.institution <> 'NL' or judged.was_there
