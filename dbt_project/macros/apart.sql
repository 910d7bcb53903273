{# Tables of what is added to those in use are dropped when it was: they need no comments, and no readers. #}
{% macro postgres__persist_docs(relation, model, for_relation, for_columns) %}
    {% if not env_var('GI_MONITOR_ADDS', '') %}
        {{ default__persist_docs(relation, model, for_relation, for_columns) }}
    {% endif %}
{% endmacro %}

{% macro postgres__apply_grants(relation, grant_config, should_revoke=True) %}
    {% if not env_var('GI_MONITOR_ADDS', '') %}
        {{ default__apply_grants(relation, grant_config, should_revoke) }}
    {% endif %}
{% endmacro %}
