{# The long table of spec 2.5 for months (marts) or trimesters (publication): every cell that must be there, with its
   figure where there is one. A sum over nobody is 0 only where somebody reported; else it is empty and says why.
   The classes of N1 are shown as categories of the total: all for NL, and for an institution its own, or none. #}
{% macro observations(period_kind) %}
with cell as (
    select
        period.period,
        period.reference_date,
        coverage.institution,
        component.indicator,
        component.component,
        category.breakdown,
        category.category,
        component.empty_value,
        coverage.gi_reported,
        coverage.gi_expected,
        coverage.gi_delivered,
        case
            when period.reporting_month < vintage.oldest_open_month then 'final'
            when coverage.is_revised then 'revised'
            else 'provisional'
        end as revision_status
    from {{ ref('coverage') }} as coverage
    cross join {{ ref('vintage') }} as vintage
    inner join {{ ref('dim_period') }} as period on coverage.period = period.period
    inner join {{ ref('indicator_components') }} as component
        on
            coverage.looks_back = component.looks_back
            and (component.is_national or coverage.institution <> 'NL')
    inner join {{ ref('dim_category') }} as category
        on
            component.breakdown = category.breakdown
            and coverage.needs = coalesce(nullif(component.needs, 'delivery'), category.needs)
    where period.period_kind = '{{ period_kind }}'
),

filled as (
    select
        cell.*,
        figure.numerator,
        figure.denominator,
        figure.period is not null as is_made,
        case when cell.gi_reported > 0 then coalesce(figure.value, cell.empty_value) end as value
    from cell
    left join {{ ref('figure') }} as figure
        on
            cell.period = figure.period
            and cell.institution = figure.institution
            and cell.indicator = figure.indicator
            and cell.component = figure.component
            and cell.breakdown = figure.breakdown
            and cell.category = figure.category
)

select
    period,
    reference_date,
    institution,
    indicator,
    component,
    case when breakdown = 'relief' then 'total' else breakdown end as breakdown,
    category,
    value,
    numerator,
    denominator,
    gi_reported,
    gi_expected,
    case
        when gi_reported = 0 then 'not_available'
        when value is null then 'not_applicable'
        when gi_delivered < gi_expected then 'incomplete'
        else 'observed'
    end as status,
    revision_status
from filled
where breakdown <> 'relief' or is_made or (gi_reported = 0 and category = 'total')
{% endmacro %}
