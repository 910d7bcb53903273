{# Lets a schema's readers in (spec 3.6); the tables' own grants are in dbt_project.yml. #}
{% macro grant_usage(schemas) %}
    {% set readers = {
        'staging': 'gi_quality',
        'core': 'gi_quality, gi_release',
        'marts': 'gi_analyst, gi_quality, gi_release',
        'publication': 'gi_quality, gi_release',
    } %}
    {% for schema in schemas %}
        {% set kind = schema.split('_')[0] %}
        {% if kind in readers %}
            grant usage on schema {{ schema }} to {{ readers[kind] }};
        {% endif %}
    {% endfor %}
{% endmacro %}
