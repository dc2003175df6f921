{# Alters a stored column to a wider type. #}
{% macro widen_column(relation, column, type) -%}
    {{ return(adapter.dispatch('widen_column', 'medallion')(relation, column, type)) }}
{%- endmacro %}

{% macro default__widen_column(relation, column, type) -%}
    {%- do run_query('alter table ' ~ relation ~ ' alter column ' ~ adapter.quote(column) ~ ' type ' ~ type) -%}
{%- endmacro %}

{#- Delta changes a type in place only where the table says that it may. -#}
{% macro spark__widen_column(relation, column, type) -%}
    {%- do run_query("alter table " ~ relation ~ " set tblproperties ('delta.enableTypeWidening' = 'true')") -%}
    {%- do run_query('alter table ' ~ relation ~ ' alter column ' ~ adapter.quote(column) ~ ' type ' ~ type) -%}
{%- endmacro %}

{# Whether the engine can alter a column of another type to text. #}
{% macro widens_to_text() -%}
    {{ return(adapter.dispatch('widens_to_text', 'medallion')()) }}
{%- endmacro %}

{% macro default__widens_to_text() -%}
    {{ return(false) }}
{%- endmacro %}

{% macro duckdb__widens_to_text() -%}
    {{ return(true) }}
{%- endmacro %}
