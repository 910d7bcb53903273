{# The deliveries ever accepted whose rows this model does not hold yet. A delivery's rows never change, so what is
   made per delivery only grows; which delivery counts when is said by core.delivery. #}
{% macro accepted_deliveries() %}
    select distinct
        known.delivery_id,
        known.gi_code,
        known.reporting_month,
        month.reference_date
    from {{ ref('stg_known') }} as known
    inner join {{ ref('dim_month') }} as month on known.reporting_month = month.reporting_month
    {% if is_incremental() %}
        where not exists (select from {{ this }} as held where held.delivery_id = known.delivery_id)
    {% endif %}
{% endmacro %}
