{# "Per institution and key, the row of the latest month whose current delivery holds it" (spec 2.1), as of each history
   that this model does not hold yet: the rows of `fact` with history_id, as_of_month and as_of, its reference date.
   `months` is how far back rows are read, empty for all; `matters` tells the rows that can still matter, once it is
   known which are the last. Needs a CTE new_history. #}
{% macro last_said(fact, key, months=none, matters='true') %}
    select
        said.*,
        new_history.history_id,
        new_history.reporting_month as as_of_month,
        new_history.reference_date as as_of
    from (
        select
            fact.*,
            lead(fact.reporting_month) over (
                partition by fact.gi_code, fact.{{ key | join(', fact.') }} order by fact.reporting_month
            ) as said_again_in
        from {{ ref('history') }} as delivered
        inner join {{ ref(fact) }} as fact on delivered.delivery_id = fact.delivery_id
        where exists (
            select from new_history
            where
                delivered.gi_code = new_history.gi_code
                and delivered.reporting_month <= new_history.reporting_month
                {%- if months %}
                    and delivered.reporting_month > new_history.reporting_month - interval '{{ months }} months'
                {%- endif %}
        )
    ) as said
    inner join new_history
        on
            said.gi_code = new_history.gi_code
            and said.reporting_month <= new_history.reporting_month
            and (said.said_again_in is null or said.said_again_in > new_history.reporting_month)
    where {{ matters }}
{% endmacro %}
