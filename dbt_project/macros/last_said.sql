{# "Per institution and key, the row of the latest month whose current delivery holds it" (spec 2.1), as of each history
   that this model does not hold yet: the rows of `fact` with history_id, as_of_month, as_of (its reference date) and
   looks_back_to (the first of twelve months). `reads` tells which `delivered` may be read for a `new_history`, and
   `matters` which rows `said` last are of use to it. Needs a CTE new_history. #}
{% macro last_said(fact, key, reads='true', matters='true') %}
    select
        said.*,
        new_history.history_id,
        new_history.as_of_month,
        new_history.as_of,
        new_history.looks_back_to
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
                and delivered.reporting_month <= new_history.as_of_month
                and {{ reads }}
        )
    ) as said
    inner join new_history
        on
            said.gi_code = new_history.gi_code
            and said.reporting_month <= new_history.as_of_month
            and (said.said_again_in is null or said.said_again_in > new_history.as_of_month)
            and {{ matters }}
{% endmacro %}
