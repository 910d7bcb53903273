with moved as (
    select
        contributor.period,
        contributor.institution,
        contributor.looks_back,
        outcome.movement,
        outcome.role,
        outcome.persons,
        outcome.fte
    from {{ ref('contributing') }} as contributor
    inner join {{ ref('agg_spell_outcome') }} as outcome
        on contributor.history_id = outcome.history_id and contributor.period_kind = outcome.period_kind
    where contributor.has_delivered
),

balance as (
    select
        period,
        institution,
        case when grouping(role) = 0 then 'role' else 'total' end as breakdown,
        coalesce(role, 'total') as category,
        coalesce(sum(persons) filter (where movement = 'started'), 0) as persons_in,
        coalesce(sum(fte) filter (where movement = 'started'), 0) as fte_in,
        coalesce(sum(persons) filter (where movement = 'ended'), 0) as persons_out,
        coalesce(sum(fte) filter (where movement = 'ended'), 0) as fte_out
    from moved
    where looks_back = 'period' and movement in ('started', 'ended')
    group by grouping sets ((period, institution), (period, institution, role))
),

left_in_twelve_months as (
    select
        period,
        institution,
        sum(fte) as fte
    from moved
    where looks_back = 'twelve_months' and movement = 'ended_in_twelve_months'
    group by period, institution
),

turnover as (
    select
        contributor.period,
        contributor.institution,
        coalesce(max(gone.fte), 0) as fte_left,
        sum(staffing.fte_caseload_roles) as fte_in_post
    from {{ ref('contributing') }} as contributor
    inner join {{ ref('agg_staffing') }} as staffing on contributor.delivery_id = staffing.delivery_id
    left join left_in_twelve_months as gone
        on contributor.period = gone.period and contributor.institution = gone.institution
    where contributor.looks_back = 'twelve_months' and contributor.has_delivered
    group by contributor.period, contributor.institution
)

select
    balance.period,
    balance.institution,
    'S4' as indicator,
    figure.component,
    balance.breakdown,
    balance.category,
    figure.value,
    null::numeric as numerator,
    null::numeric as denominator
from balance
cross join
    lateral (
        values
        ('persons_in', balance.persons_in),
        ('fte_in', balance.fte_in),
        ('persons_out', balance.persons_out),
        ('fte_out', balance.fte_out),
        ('persons_net', balance.persons_in - balance.persons_out),
        ('fte_net', balance.fte_in - balance.fte_out)
    ) as figure (component, value)

union all

select
    period,
    institution,
    'S5' as indicator,
    'value' as component,
    'total' as breakdown,
    'total' as category,
    {{ ratio('fte_left', 'fte_in_post') }} as value,
    fte_left as numerator,
    fte_in_post as denominator
from turnover
