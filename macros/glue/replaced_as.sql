{#
  The materialization of a table that every load replaces as a whole, from its SELECT over the table itself.
#}
{% macro replaced_as() -%}
    {{ return(adapter.dispatch('replaced_as', 'medallion')()) }}
{%- endmacro %}

{% macro default__replaced_as() -%}
    {{ return('table') }}
{%- endmacro %}

{#-
  dbt-databricks makes a `table` empty before it runs the SELECT, which reads it: the stored rows would be lost.
  With insert_overwrite it is one commit.
-#}
{% macro databricks__replaced_as() -%}
    {{ return('incremental') }}
{%- endmacro %}
