{# "Per institution and key, the row of the latest month whose current delivery holds it" (spec 2.1), as of each history
   that this model does not hold yet: the rows of `fact` with history_id, as_of_month, as_of (its reference date) and
   looks_back_to (the first of the twelve months). `months` is how far back rows are read and `last_date` the last thing
   that happened to a row, of use when it lies in those twelve months; both empty for all. Needs a CTE new_history. #}
{% macro last_said(fact, key, months=none, last_date=none) %}
    select
        said.*,
        new_history.history_id,
        new_history.as_of_month,
        new_history.as_of,
        new_history.looks_back_to
    from (
        select
            fact.*,
            {% if last_date %}{{ last_date }} as last_date,{% endif %}
            lead(fact.reporting_month) over (
                partition by fact.gi_code, fact.{{ key | join(', fact.') }} order by fact.reporting_month
            ) as said_again_in
        from {{ ref('history') }} as delivered
        inner join {{ ref(fact) }} as fact on delivered.delivery_id = fact.delivery_id
        where exists (
            select from new_history
            where
                delivered.gi_code = new_history.gi_code
                and delivered.reporting_month <= new_history.as_of_month
                {%- if months %}
                    and delivered.reporting_month > new_history.as_of_month - interval '{{ months }} months'
                {%- endif %}
        )
    ) as said
    inner join new_history
        on
            said.gi_code = new_history.gi_code
            and said.reporting_month <= new_history.as_of_month
            and (said.said_again_in is null or said.said_again_in > new_history.as_of_month)
            {% if last_date %}and said.last_date >= new_history.looks_back_to{% endif %}
{% endmacro %}
