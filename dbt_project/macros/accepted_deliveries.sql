{# The deliveries ever accepted of which this model has nothing yet; `condition` tells those that have something to
   make of. A delivery's rows never change, so what is made per delivery only grows; which delivery counts when is said
   by core.delivery. #}
{% macro accepted_deliveries(condition='true') %}
    select distinct
        known.delivery_id,
        known.gi_code,
        known.reporting_month,
        month.reference_date
    from {{ ref('stg_known') }} as known
    inner join {{ ref('dim_month') }} as month on known.reporting_month = month.reporting_month
    where {{ condition }} and {{ is_new(ref('stg_known'), 'delivery_id') }}
{% endmacro %}
