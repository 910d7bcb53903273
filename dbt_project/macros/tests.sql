{# Every combination of these columns stands once: the model's grain. #}
{% test unique_grain(model, columns) %}
    select {{ columns | join(', ') }}
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}

{# The expression is true on every row; unknown is not true. #}
{% test holds(model, expression) %}
    select * from {{ model }}
    where ({{ expression }}) is not true
{% endtest %}
