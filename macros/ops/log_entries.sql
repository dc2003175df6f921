{#-
  The entries of ops.load_log or ops.run_log, each once. The log takes blind appends: two that log at the
  same time may write the same entry. A column that the table lacks, or has in another type, is null: a
  damaged log must not stop a build.
-#}
{% macro log_entries(table, keys) -%}
    {%- set relation = medallion.ops_relation(table) -%}
    {%- set stored = medallion.stored_types(relation) -%}
    select
    {%- for column, type in medallion.log_columns(table).items() %}
        {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
    from (
        select
            *,
            row_number() over (partition by {{ keys | join(', ') }} order by attempt desc, logged_at desc) as _entry_rank
        from (
            select
            {%- for column, type in medallion.log_columns(table).items() %}
                {{ medallion._log_column(column, medallion.sql_type(type), stored) }} as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
            from {{ relation }}
        ) as appended
    ) as ranked
    where _entry_rank = 1
{%- endmacro %}

{% macro _log_column(column, type, stored) -%}
    {{ column if (stored.get(column) or '') | lower == type | lower else 'cast(null as ' ~ type ~ ')' }}
{%- endmacro %}
