-- What must hold between figures: what is counted nationally is a sum over institutions, parts make up their total,
-- balances balance, and what is counted by two indicators is the same. A row is a figure with two numbers for it.
with figure as (
    select *
    from {{ ref('observations') }}
    where gi_reported > 0
    union all
    select *
    from {{ ref('trimester_observations') }}
    where gi_reported > 0
),

over_institutions as (
    select
        figure.period,
        'NL' as institution,
        concat_ws(' ', figure.indicator, figure.component, figure.breakdown, figure.category) as figure,
        coalesce(sum(figure.value) filter (where figure.institution <> 'NL'), 0) as sum_of_parts,
        sum(figure.value) filter (where figure.institution = 'NL') as whole
    from figure
    inner join {{ ref('indicator_components') }} as component
        on
            figure.indicator = component.indicator
            and figure.component = component.component
            and figure.breakdown = replace(component.breakdown, 'relief', 'total')
            and (component.empty_value = 0 or component.breakdown = 'relief')
    group by figure.period, figure.indicator, figure.component, figure.breakdown, figure.category
    having count(*) filter (where figure.institution = 'NL') > 0
),

part as (
    select
        period,
        institution,
        indicator,
        component,
        breakdown,
        sum(value) as value
    from figure
    where
        indicator in ('C1', 'S3', 'S4')
        or (indicator, component) in (('F1', 'stock_begin'), ('F1', 'stock_end'), ('F2', 'n'))
    group by period, institution, indicator, component, breakdown
),

over_categories as (
    select
        part.period,
        part.institution,
        concat_ws(' ', part.indicator, part.component, part.breakdown) as figure,
        part.value as sum_of_parts,
        coalesce(whole.denominator, whole.value) as whole
    from part
    inner join figure as whole
        on
            part.period = whole.period
            and part.institution = whole.institution
            and whole.breakdown = 'total'
            and case part.indicator when 'S3' then 'S2' else part.indicator end = whole.indicator
            and case part.indicator when 'S3' then 'share' else part.component end = whole.component
    where part.breakdown <> 'total' and (part.indicator <> 'S3' or part.component = 'fte')
),

balance as (
    select
        period,
        institution,
        concat_ws(' ', indicator, breakdown, category) as figure,
        sum(
            case
                when component in ('stock_end', 'end') then 0
                when component in ('outflow', 'transferred_out', 'late_out', 'vanished', 'off') then -value
                else value
            end
        ) as sum_of_parts,
        sum(value) filter (where component in ('stock_end', 'end')) as whole
    from figure
    where indicator in ('F1', 'W2')
    group by period, institution, indicator, breakdown, category
),

statutory_term as (
    select
        period,
        institution,
        indicator as figure,
        sum(value) filter (where component in ('met', 'late', 'overdue')) as sum_of_parts,
        sum(denominator) as whole
    from figure
    where indicator in ('W6', 'W7', 'W8')
    group by period, institution, indicator
),

stock as (
    select
        period,
        institution,
        concat_ws(' ', 'stock', breakdown, category) as figure,
        sum(value) filter (where indicator = 'F1') as sum_of_parts,
        sum(value) filter (where indicator = 'C1') as whole
    from figure
    where (indicator, component) in (('C1', 'count'), ('F1', 'stock_end')) and institution <> 'NL'
    group by period, institution, breakdown, category
    having count(*) = 2
)

{% for compared in ['over_institutions', 'over_categories', 'balance', 'statutory_term', 'stock'] %}
    select *
    from {{ compared }}
    where sum_of_parts is distinct from whole
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
