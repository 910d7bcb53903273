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
from {{ ref('contributing') }} as contributor
inner join {{ ref('history') }} as month
    on
        contributor.gi_code = month.gi_code
        and contributor.earliest_month < month.reporting_month
        and contributor.reporting_month >= month.reporting_month
inner join {{ ref('agg_balance') }} as balance on month.pair_id = balance.pair_id
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
        ('stock_begin', month.previous_delivery_id = any(contributor.earliest_delivery_ids), balance.stock_begin),
        ('stock_end', month.delivery_id = contributor.delivery_id, balance.stock_end)
    ) as figure (component, counts, value)
where contributor.looks_back = 'flow' and contributor.has_delivered and figure.counts
group by
    contributor.period, contributor.institution,
    figure.component, balance.breakdown, balance.category
