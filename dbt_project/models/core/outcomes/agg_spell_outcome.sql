{{ config(indexes=[{'columns': ['history_id']}]) }}

with new_history as (
    {{ new_histories() }}
),

last_said as (
    {{ last_said('fct_staffing', ['worker_key', 'role', 'post_start_date']) }}
),

-- An open post that is no longer delivered was given another first day when the same role is delivered later.
post as (
    select
        *,
        case
            when post_end_date is not null then post_end_date
            when reporting_month < as_of_month then reference_date
            else 'infinity'
        end as until_date
    from (
        select
            *,
            max(reporting_month) over (partition by history_id, worker_key, role) as role_said_in
        from last_said
    ) as said
    where post_end_date is not null or reporting_month = role_said_in
),

joined as (
    select
        *,
        sum(begins_spell::integer) over (
            partition by history_id, worker_key order by post_start_date, until_date, role
        ) as spell
    from (
        select
            *,
            coalesce(
                post_start_date > 1 + max(until_date) over (
                    partition by history_id, worker_key
                    order by post_start_date, until_date, role
                    rows between unbounded preceding and 1 preceding
                ),
                true
            ) as begins_spell
        from post
    ) as told
),

in_spell as (
    select
        *,
        min(post_start_date) over spell_of_person as first_day,
        max(until_date) over spell_of_person as last_until,
        max(until_date) filter (where post_end_date is null) over spell_of_person as open_until
    from joined
    window spell_of_person as (partition by history_id, worker_key, spell)
),

spell as (
    select
        history_id,
        as_of_month,
        as_of,
        looks_back_to,
        first_day,
        last_until,
        coalesce(open_until < last_until, true) as has_ended,
        (array_agg(role order by fte_contract desc, role asc) filter (where post_start_date = first_day))[1]
            as first_role,
        (array_agg(role order by fte_contract desc, role asc) filter (where until_date = last_until))[1] as last_role,
        sum(fte_contract) filter (where post_start_date = first_day) as first_fte,
        sum(fte_contract) filter (where until_date = last_until) as last_fte,
        sum(fte_contract) filter (where until_date = last_until and is_caseload_role) as last_caseload_fte,
        (array_agg(origin order by fte_contract desc, role asc) filter (where post_start_date = first_day))[1]
        = 'zij_instroom' as is_side_entrant
    from in_spell
    group by history_id, as_of_month, as_of, looks_back_to, worker_key, first_day, last_until, open_until
)

select
    spell.history_id,
    period.period_kind,
    outcome.movement,
    outcome.role,
    outcome.days,
    max(spell.as_of - spell.first_day) as observable_days,
    count(*) as persons,
    sum(outcome.fte) as fte
from spell
inner join {{ ref('history') }} as history on spell.history_id = history.history_id
inner join {{ ref('dim_period') }} as period on spell.as_of_month = period.reporting_month
cross join
    lateral (
        values
        (
            'started', spell.first_role, null::integer, spell.first_fte,
            spell.first_day between period.first_month and spell.as_of
        ),
        (
            'side_entrant_started', null, null, spell.first_fte,
            spell.first_day between period.first_month and spell.as_of and spell.is_side_entrant
        ),
        (
            'ended', spell.last_role, null, spell.last_fte,
            spell.has_ended and spell.last_until between period.first_month and spell.as_of
        ),
        (
            'ended_in_twelve_months', null, null, coalesce(spell.last_caseload_fte, 0),
            spell.has_ended
            and spell.last_until between spell.looks_back_to and spell.as_of
        ),
        (
            'side_entrant_left', null, least(spell.last_until, spell.as_of) - spell.first_day, spell.first_fte,
            spell.is_side_entrant and spell.first_day >= history.first_month and spell.has_ended
        ),
        (
            'side_entrant_stayed', null, least(spell.last_until, spell.as_of) - spell.first_day, spell.first_fte,
            spell.is_side_entrant and spell.first_day >= history.first_month and not spell.has_ended
        )
    ) as outcome (movement, role, days, fte, counts)
where outcome.counts
group by spell.history_id, period.period_kind, outcome.movement, outcome.role, outcome.days
