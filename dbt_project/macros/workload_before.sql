{# What a contributor is compared with: its own workload on the earlier date and that of those whose work it has taken
   over since, as `baseline`. #}
{% macro workload_before() %}
    cross join lateral (
        select
            sum(before.measures_weighted) as measures_weighted,
            sum(before.fte_caseload) as fte_caseload,
            sum(before.children_waiting) as children_waiting
        from {{ ref('agg_workload') }} as before
        where before.delivery_id = any(contributor.earliest_delivery_ids)
    ) as baseline
{% endmacro %}
