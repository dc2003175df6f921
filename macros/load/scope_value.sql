{#-
  The scope of a row as one text, '' where the object has none. NULL is a value like any other (`%`), and a
  bar inside a value cannot be taken for the one between two columns.
-#}
{% macro scope_value(spec, alias=none) -%}
    {%- set text = medallion.sql_type('text') -%}
    {%- for column in spec.get('scope') or [] -%}
    {%- set value = 'cast(' ~ (alias ~ '.' if alias else '') ~ column ~ ' as ' ~ text ~ ')' -%}
    coalesce(replace(replace({{ value }}, '%', '%25'), '|', '%7C'), '%'){{ " || '|' || " if not loop.last }}
    {%- else -%}''{%- endfor -%}
{%- endmacro %}

{# The condition that none of the columns is null. -#}
{% macro columns_known(columns) -%}
    {%- for column in columns %}{{ column }} is not null{{ ' and ' if not loop.last }}{% else %}1 = 1{% endfor -%}
{%- endmacro %}
