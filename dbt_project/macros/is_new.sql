{# Whether an id of `relation` has nothing in this incremental model yet. The ids are asked for first and written out:
   Postgres then knows how few they are, and reads their rows by index instead of all rows. #}
{% macro is_new(relation, id) -%}
    {%- if is_incremental() and execute -%}
        {%- set new = run_query(
            "select distinct " ~ id ~ " from " ~ relation ~ " as asked where " ~ id ~ " is not null"
            ~ " and not exists (select from " ~ this ~ " as held where held." ~ id ~ " = asked." ~ id ~ ")"
        ) -%}
        {%- set ids = new.columns[0].values() | map('string') | sort -%}
        {{ id ~ " in ('" ~ ids | join("', '") ~ "')" if ids else 'false' }}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
