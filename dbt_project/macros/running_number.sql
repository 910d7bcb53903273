{# A number in place of a key, 1, 2, … within each delivery, in the order of a hash of delivery and key: neither number
   nor order says anything about another month or institution (spec 3.6). #}
{% macro running_number(fact, key) -%}
    dense_rank() over (
        partition by {{ fact }}.delivery_id order by md5({{ fact }}.delivery_id::text || {{ fact }}.{{ key }})
    )
{%- endmacro %}

{# The first of the month of a day. #}
{% macro month_of(day) -%}
    date_trunc('month', {{ day }})::date
{%- endmacro %}
