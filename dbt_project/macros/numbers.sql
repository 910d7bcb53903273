{# A ratio without superfluous zeros; empty when there is nothing to divide by. #}
{% macro ratio(numerator, denominator) -%}
    trim_scale({{ numerator }} / nullif({{ denominator }}, 0))
{%- endmacro %}

{# Linear interpolation between order statistics (spec 2.1). percentile_cont answers in floating point; of whole days
   P10, P50 and P90 are whole tenths, so rounding to them gives the exact number back. #}
{% macro percentile(number, share, decimals=1) -%}
    trim_scale(round((percentile_cont({{ share }}) within group (order by {{ number }}))::numeric, {{ decimals }}))
{%- endmacro %}
