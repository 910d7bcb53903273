-- Facts keep the weight of the day they were made. After a weight in seeds/parameters.csv was mended they must be
-- made again: drop core.fct_caseload and core.fct_waitlist, and build.
select distinct
    fact.measure_type,
    fact.reference_date,
    fact.weight
from {{ ref('fct_caseload') }} as fact
left join {{ ref('dim_parameter') }} as parameter
    on
        parameter.parameter = 'weight' and fact.measure_type = parameter.key
        and fact.reference_date >= parameter.valid_from and fact.reference_date < parameter.valid_to
where fact.weight is distinct from parameter.value::numeric
