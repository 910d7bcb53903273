{# Fresh statistics for the planner; a tenth of the usual sample, for these tables only grow by more of the same. #}
{% macro analyze() %}
    set local default_statistics_target = 10;
    analyze {{ this }}
{% endmacro %}
