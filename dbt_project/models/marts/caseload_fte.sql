with measured as (
    select
        contributor.period,
        contributor.institution,
        sum(staffing.fte_caseload) as fte_caseload,
        sum(staffing.fte_contract) as fte_contract
    from {{ ref('contributing') }} as contributor
    inner join {{ ref('agg_staffing') }} as staffing on contributor.delivery_id = staffing.delivery_id
    where contributor.looks_back = 'stock' and contributor.has_delivered
    group by contributor.period, contributor.institution
)

select
    measured.period,
    measured.institution,
    'S2' as indicator,
    figure.component,
    'total' as breakdown,
    'total' as category,
    figure.value,
    figure.numerator,
    figure.denominator
from measured
cross join lateral (
    values
    ('fte', measured.fte_caseload, null, null),
    (
        'share', {{ ratio('measured.fte_caseload', 'measured.fte_contract') }},
        measured.fte_caseload, measured.fte_contract
    )
) as figure (component, value, numerator, denominator)
