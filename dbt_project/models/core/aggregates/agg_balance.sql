-- The balance F1 of spec 2.3; small, and told from agg_measure_change alone.
{{ config(materialized='table') }}

with known_in as (
    select
        said.*,
        part.breakdown,
        part.category,
        said.family_before is not null and part.category in ('total', said.family_before) as in_previous,
        said.family_now is not null and part.category in ('total', said.family_now) as in_this
    from {{ ref('agg_measure_change') }} as said
    cross join lateral (
        select
            'total' as breakdown,
            'total' as category
        union
        select
            'family' as breakdown,
            family as category
        from unnest(array[said.family_before, said.family_now]) as families (family)
        where family is not null
    ) as part
),

running as (
    select
        *,
        in_previous and ran_before as at_begin,
        in_this and runs_now as at_end,
        in_this and not (in_previous and ran_before) as is_new
    from known_in
),

entered as (
    select
        *,
        case
            when not is_new then null
            when started = 'ruled' then 'inflow'
            when started = 'taken_over' then 'transferred_in'
            when not in_previous and (stopped is null or stopped <> 'before') then 'late_in'
            when in_previous and at_end then 'reappeared'
        end as entry
    from running
),

left_again as (
    select
        *,
        case
            when not at_begin and entry is null then null
            when in_this and stopped = 'ended' then 'outflow'
            when in_this and stopped = 'handed_over' then 'transferred_out'
            when at_begin and in_this and stopped = 'before' then 'late_out'
            when at_begin and not at_end then 'vanished'
        end as departure
    from entered
)

select
    moved.pair_id,
    moved.breakdown,
    moved.category,
    coalesce(sum(moved.measures) filter (where moved.at_begin), 0) as stock_begin,
    {%- for entry in ['inflow', 'transferred_in', 'late_in', 'reappeared'] %}
        coalesce(sum(moved.measures) filter (where moved.entry = '{{ entry }}'), 0) as {{ entry }},
    {%- endfor %}
    {%- for departure in ['outflow', 'transferred_out', 'late_out', 'vanished'] %}
        coalesce(sum(moved.measures) filter (where moved.departure = '{{ departure }}'), 0) as {{ departure }},
    {%- endfor %}
    coalesce(sum(moved.measures) filter (where moved.at_end), 0) as stock_end
from left_again as moved
group by moved.pair_id, moved.breakdown, moved.category
