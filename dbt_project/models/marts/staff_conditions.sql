with measured as (
    select
        contributor.period,
        contributor.institution,
        sum(staffing.fte_external) as fte_external,
        sum(staffing.fte_caseload_roles) as fte_caseload_roles,
        sum(delivery.vacancies_fte) as vacancies_fte,
        sum(staffing.absence_fte_days) as absence_fte_days,
        sum(staffing.contract_fte_days) as contract_fte_days
    from {{ ref('contributing') }} as contributor
    inner join {{ ref('agg_staffing') }} as staffing on contributor.delivery_id = staffing.delivery_id
    inner join {{ ref('delivery') }} as delivery on contributor.delivery_id = delivery.delivery_id
    where contributor.looks_back = 'stock' and contributor.has_delivered
    group by contributor.period, contributor.institution
)

select
    measured.period,
    measured.institution,
    figure.indicator,
    'value' as component,
    'total' as breakdown,
    'total' as category,
    {{ ratio('figure.numerator', 'figure.denominator') }} as value,
    figure.numerator,
    figure.denominator
from measured
cross join
    lateral (
        values
        ('S7', measured.fte_external, measured.fte_caseload_roles),
        ('S8', measured.vacancies_fte, measured.vacancies_fte + measured.fte_caseload_roles),
        ('S9', measured.absence_fte_days, measured.contract_fte_days)
    ) as figure (indicator, numerator, denominator)
