{{ config(materialized='view') }}

{% for indicators in [
    'caseload_volume', 'workload', 'norm_gap', 'caseload_balance',
    'children_waiting', 'waits_so_far', 'protection_workers', 'caseload_fte',
] %}
    select
        period,
        institution,
        indicator,
        component,
        breakdown,
        category,
        value,
        numerator,
        denominator
    from {{ ref(indicators) }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
