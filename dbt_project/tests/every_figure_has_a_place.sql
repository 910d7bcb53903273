-- A figure for which the observations have no cell would be lost without a word.
select
    figure.period,
    figure.institution,
    figure.indicator,
    figure.component,
    figure.breakdown,
    figure.category
from {{ ref('figure') }} as figure
left join {{ ref('observations') }} as month
    on
        figure.period = month.period
        and figure.institution = month.institution
        and figure.indicator = month.indicator
        and figure.component = month.component
        and replace(figure.breakdown, 'relief', 'total') = month.breakdown
        and figure.category = month.category
left join {{ ref('trimester_observations') }} as trimester
    on
        figure.period = trimester.period
        and figure.institution = trimester.institution
        and figure.indicator = trimester.indicator
        and figure.component = trimester.component
        and replace(figure.breakdown, 'relief', 'total') = trimester.breakdown
        and figure.category = trimester.category
where month.period is null and trimester.period is null
