select
    contributor.period,
    contributor.institution,
    'S1' as indicator,
    figure.component || case when contributor.looks_back = 'stock' then '' else '_' || contributor.looks_back end
        as component,
    'total' as breakdown,
    'total' as category,
    sum(case when contributor.looks_back = 'stock' then figure.value else figure.value - figure.earlier end) as value,
    null::numeric as numerator,
    null::numeric as denominator
from {{ ref('contributing') }} as contributor
inner join {{ ref('agg_staffing') }} as staffing on contributor.delivery_id = staffing.delivery_id
cross join
    lateral (
        select
            sum(before.persons_skj) as persons_skj,
            sum(before.fte_skj) as fte_skj,
            sum(before.persons_caseload_roles) as persons_caseload_roles,
            sum(before.fte_caseload_roles) as fte_caseload_roles
        from {{ ref('agg_staffing') }} as before
        where before.delivery_id = any(contributor.earliest_delivery_ids)
    ) as earlier
cross join
    lateral (
        values
        ('persons_skj', staffing.persons_skj, earlier.persons_skj),
        ('fte_skj', staffing.fte_skj, earlier.fte_skj),
        ('persons_caseload_roles', staffing.persons_caseload_roles, earlier.persons_caseload_roles),
        ('fte_caseload_roles', staffing.fte_caseload_roles, earlier.fte_caseload_roles)
    ) as figure (component, value, earlier)
where contributor.looks_back in ('stock', 'growth_4m', 'growth_baseline') and contributor.has_delivered
group by contributor.period, contributor.institution, contributor.looks_back, figure.component
