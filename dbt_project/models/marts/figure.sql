{{ config(materialized='view') }}

{% for indicators in [
    'caseload_volume', 'workload', 'norm_gap', 'caseload_per_worker', 'continuity', 'caseload_balance',
    'measure_duration', 'children_waiting', 'list_balance', 'completed_waits', 'waits_so_far', 'permanent_worker',
    'statutory_terms', 'protection_workers', 'caseload_fte', 'role_mix', 'staff_movement', 'side_entrants',
    'staff_conditions', 'relief',
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
