{{ config(indexes=[{'columns': ['delivery_id']}]) }}

with arrived as (
    {{ accepted_deliveries() }}
),

running as not materialized (
    select
        arrived.delivery_id,
        fact.measure_family,
        fact.measure_type,
        fact.age_group,
        fact.province,
        fact.child_key,
        fact.family_key,
        fact.weight
    from arrived
    left join {{ ref('fct_caseload') }} as fact
        on arrived.delivery_id = fact.delivery_id and fact.is_running and fact.weight > 0
),

measure as (
    select
        delivery_id,
        case
            when grouping(measure_family) = 0 then 'family'
            when grouping(measure_type) = 0 then 'type'
            when grouping(age_group) = 0 then 'age_group'
            when grouping(province) = 0 then 'province'
            else 'total'
        end as breakdown,
        coalesce(measure_family, measure_type, age_group, province) as category,
        count(weight) as measures,
        coalesce(sum(weight), 0) as measures_weighted
    from running
    group by delivery_id, grouping sets ((), (measure_family), (measure_type), (age_group), (province))
),

person as (
    select
        delivery_id,
        case when grouping(measure_family) = 0 then 'family' else 'total' end as breakdown,
        measure_family as category,
        count(distinct child_key) as children,
        count(distinct family_key) as families
    from running
    group by delivery_id, grouping sets ((), (measure_family))
)

select
    measure.delivery_id,
    measure.breakdown,
    coalesce(measure.category, 'total') as category,
    measure.measures,
    measure.measures_weighted,
    person.children,
    person.families
from measure
left join person
    on
        measure.delivery_id = person.delivery_id
        and measure.breakdown = person.breakdown
        and measure.category is not distinct from person.category
where measure.breakdown = 'total' or measure.category is not null
