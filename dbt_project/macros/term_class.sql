{# How a statutory term came out (spec 2.2, W6): `done` is the day on which what was due was done, `gone` the day from
   which the measure is not seen to run. #}
{% macro term_class(is_known, ends, done, gone) -%}
    case
        when not {{ is_known }} then 'unknown'
        when {{ done }} <= {{ ends }} then 'met'
        when {{ done }} is not null then 'late'
        when {{ gone }} <= {{ ends }} then 'unknown'
        else 'overdue'
    end
{%- endmacro %}
