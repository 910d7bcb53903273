{# Schemas are called what the configuration calls them, but what depends on the vintage is built aside: as `next`, to
   be swapped with what is in use, or under the name of a look at another vintage (warehouse/build.py), which then has
   its own delivery and history as well. Empty is for describing what is in use. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set aside = env_var('GI_MONITOR_LOOK', 'next') -%}
    {%- if custom_schema_name in ['marts', 'publication'] -%}
        {{ custom_schema_name ~ ('_' ~ aside if aside else '') }}
    {%- elif custom_schema_name == 'look' -%}
        {{ 'core' if aside in ['next', ''] else 'marts_' ~ aside }}
    {%- else -%}
        {{ custom_schema_name or target.schema }}
    {%- endif -%}
{%- endmacro %}
