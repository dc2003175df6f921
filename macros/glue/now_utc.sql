{# The present time as a timestamp without zone in UTC, for views: they are read long after a run. #}
{% macro now_utc() -%}
    {{ return(adapter.dispatch('now_utc', 'medallion')()) }}
{%- endmacro %}

{#- The session's zone is UTC. -#}
{% macro default__now_utc() -%}
    cast(current_timestamp() as {{ medallion.sql_type('timestamp') }})
{%- endmacro %}

{#- Whatever zone the reader's session has. -#}
{% macro duckdb__now_utc() -%}
    timezone('UTC', current_timestamp)
{%- endmacro %}
