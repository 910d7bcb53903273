select
    contributor.period,
    contributor.institution,
    'F1' as indicator,
    figure.component,
    balance.breakdown,
    balance.category,
    sum(figure.value) as value,
    null::numeric as numerator,
    null::numeric as denominator
from {{ ref('contributor') }} as contributor
inner join {{ ref('agg_balance') }} as balance
    on
        contributor.gi_code = balance.gi_code
        and contributor.earliest_month < balance.reporting_month
        and contributor.reporting_month >= balance.reporting_month
cross join
    lateral (
        values
        ('inflow', true, balance.inflow),
        ('transferred_in', true, balance.transferred_in),
        ('late_in', true, balance.late_in),
        ('reappeared', true, balance.reappeared),
        ('outflow', true, balance.outflow),
        ('transferred_out', true, balance.transferred_out),
        ('late_out', true, balance.late_out),
        ('vanished', true, balance.vanished),
        ('stock_begin', balance.reporting_month = contributor.earliest_month + interval '1 month', balance.stock_begin),
        ('stock_end', balance.reporting_month = contributor.reporting_month, balance.stock_end)
    ) as figure (component, counts, value)
where contributor.looks_back = 'flow' and contributor.has_delivered and figure.counts
group by
    contributor.period, contributor.institution,
    figure.component, balance.breakdown, balance.category
