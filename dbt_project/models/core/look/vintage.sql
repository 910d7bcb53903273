select
    '{{ env_var("GI_MONITOR_VINTAGE", "") }}'::timestamptz as vintage,
    '{{ env_var("GI_MONITOR_BUILT_AT", "") }}'::timestamptz as built_at,
    '{{ env_var("GI_MONITOR_OLDEST_OPEN_MONTH", "") }}'::date as oldest_open_month
