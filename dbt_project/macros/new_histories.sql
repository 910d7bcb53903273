{# The histories of which this model has nothing yet. A history is a set of deliveries, which never change, so what is
   made of one only grows, as the facts do; which history counts when is said by core.history. #}
{% macro new_histories() %}
    select
        history.history_id,
        history.gi_code,
        history.reporting_month as as_of_month,
        history.reference_date as as_of,
        (history.reporting_month - interval '11 months')::date as looks_back_to
    from {{ ref('history') }} as history
    where {{ is_new(ref('history'), 'history_id') }}
{% endmacro %}

{# How many months of rows can matter to an outcome: the twelve that an indicator looks back on at most, and the three
   of the longest term (spec 2.2). #}
{% macro months_that_matter() %}15{% endmacro %}
