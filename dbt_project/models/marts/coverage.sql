select
    contributor.period,
    contributor.institution,
    contributor.looks_back,
    need.needs,
    count(*) as gi_expected,
    count(*) filter (where contributor.has_delivered) as gi_delivered,
    count(*) filter (
        where contributor.has_delivered and need.needs <> all(contributor.unavailable)
    ) as gi_reported,
    bool_or(contributor.is_revised) as is_revised
from {{ ref('contributing') }} as contributor
cross join (
    select needs from {{ ref('dim_category') }}
    union
    select needs from {{ ref('indicator_components') }}
) as need
group by contributor.period, contributor.institution, contributor.looks_back, need.needs
