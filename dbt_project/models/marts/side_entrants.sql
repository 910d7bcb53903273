with contributing as (
    select
        contributor.period,
        contributor.institution,
        contributor.looks_back,
        contributor.delivery_id,
        outcome.movement,
        outcome.days,
        outcome.observable_days,
        outcome.persons
    from {{ ref('contributing') }} as contributor
    left join {{ ref('agg_spell_outcome') }} as outcome
        on contributor.history_id = outcome.history_id and contributor.period_kind = outcome.period_kind
    where contributor.has_delivered
),

started as (
    select
        period,
        institution,
        coalesce(sum(persons) filter (where movement = 'side_entrant_started'), 0) as side_entrants,
        coalesce(sum(persons) filter (where movement = 'started'), 0) as everybody
    from contributing
    where looks_back = 'period'
    group by period, institution
),

training as (
    select
        contributor.period,
        contributor.institution,
        sum(role.persons) as persons
    from {{ ref('contributing') }} as contributor
    inner join {{ ref('agg_role') }} as role on contributor.delivery_id = role.delivery_id
    where contributor.looks_back = 'stock' and contributor.has_delivered and role.role = 'in_opleiding'
    group by contributor.period, contributor.institution
),

follow_up as (
    select
        period,
        institution,
        days,
        observable_days,
        movement = 'side_entrant_left' as is_event,
        persons as number
    from contributing
    where looks_back = 'history' and movement in ('side_entrant_left', 'side_entrant_stayed')
),

survival as (
    {{ kaplan_meier('follow_up') }}
),

retained as (
    select
        contributing.period,
        contributing.institution,
        {%- for day in [182, 365, 730] %}
            {{ survival_after(day) }} as retained_{{ day }},
        {%- endfor %}
        coalesce(max(survival.at_risk), 0) as followed
    from (
        select distinct
            period,
            institution
        from contributing
        where looks_back = 'history'
    ) as contributing
    left join survival
        on contributing.period = survival.period and contributing.institution = survival.institution
    group by contributing.period, contributing.institution
)

select
    figures.period,
    figures.institution,
    'S6' as indicator,
    figures.component,
    'total' as breakdown,
    'total' as category,
    trim_scale(figures.value) as value,
    figures.numerator,
    figures.denominator
from (
    select
        started.period,
        started.institution,
        figure.*
    from started
    cross join
        lateral (
            values
            ('starts', started.side_entrants, null::numeric, null::numeric),
            (
                'share_of_starts', {{ ratio('started.side_entrants', 'started.everybody') }},
                started.side_entrants, started.everybody
            )
        ) as figure (component, value, numerator, denominator)

    union all

    select
        period,
        institution,
        'in_training' as component,
        persons as value,
        null as numerator,
        null as denominator
    from training

    union all

    select
        retained.period,
        retained.institution,
        figure.component,
        figure.value,
        null as numerator,
        retained.followed as denominator
    from retained
    cross join
        lateral (
            values
            ('retained_182', retained.retained_182),
            ('retained_365', retained.retained_365),
            ('retained_730', retained.retained_730)
        ) as figure (component, value)
) as figures
