-- A measure without a weight would be outside the population without a word.
select code.code
from {{ ref('code_lists') }} as code
left join {{ ref('dim_parameter') }} as weight on weight.parameter = 'weight' and code.code = weight.key
where code.list = 'type_maatregel' and weight.value is null
