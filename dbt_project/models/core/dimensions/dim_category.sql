-- A measure of a type without weight is outside the population (spec 2.1), so no figure can fall under that type.
with population_type as (
    select code.*
    from {{ ref('code_lists') }} as code
    where
        code.list = 'type_maatregel'
        and exists (
            select 1 from {{ ref('dim_parameter') }} as weight
            where weight.parameter = 'weight' and weight.key = code.code and weight.value::numeric > 0
        )
)

select
    'total' as breakdown,
    'total' as category,
    'delivery' as needs

union all

select distinct
    'family' as breakdown,
    family as category,
    'delivery' as needs
from population_type

union all

select
    'type' as breakdown,
    code as category,
    'delivery' as needs
from population_type

union all

select
    case list
        when 'leeftijdsgroep' then 'age_group'
        when 'provincie' then 'province'
        when 'lijst' then 'list'
        when 'urgentie' then 'urgency'
        when 'functie' then 'role'
    end as breakdown,
    code as category,
    case code when 'passende_hulp' then 'hulp' else 'delivery' end as needs
from {{ ref('code_lists') }}
where list in ('leeftijdsgroep', 'provincie', 'lijst', 'urgentie', 'functie')

union all

-- What became of workload and waiting list together (spec 2.2, N1).
select
    'relief' as breakdown,
    class as category,
    'delivery' as needs
from unnest(array[
    'total', 'both_down', 'workload_down_list_up', 'workload_up_list_down', 'both_up', 'about_the_same'
]) as classes (class)
