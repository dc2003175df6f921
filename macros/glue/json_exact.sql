{#
  The same JSON text with every number of more than 15 significant digits and a fraction or exponent as a
  string, so that no digit is lost in reading it; null when it holds none. `suspect` is a cheap condition
  that holds wherever there may be one.
#}
{% macro json_exact(expression, suspect) -%}
    {{ return(adapter.dispatch('json_exact', 'medallion')(expression, suspect)) }}
{%- endmacro %}

{% macro default__json_exact(expression, suspect) -%}
    cast(null as {{ medallion.sql_type('text') }})
{%- endmacro %}

{#- The text is cut into strings and what stands between them; numbers are marked in the latter only. -#}
{% macro duckdb__json_exact(expression, suspect) -%}
    {%- set long = [] -%}
    {%- for digits in range(1, 16) -%}
        {%- do long.append('[0-9]{' ~ digits ~ '}[.][0-9]{' ~ (16 - digits) ~ '}') -%}
    {%- endfor -%}
    {%- set long = (long + ['[0-9]{16}(?:[.]|[eE][+-]?[0-9])']) | join('|') -%}
    case when {{ suspect }} and regexp_matches({{ expression }}, '{{ long }}') then
        array_to_string(list_transform(
            regexp_extract_all({{ expression }}, '"(?:[^"\\]|\\.)*"|[^"]+'),
            lambda piece: case when starts_with(piece, '"') then piece else regexp_replace(
                piece, '(-?[0-9]*(?:{{ long }})[0-9.]*(?:[eE][+-]?[0-9]+)?)', '"\1"', 'g'
            ) end
        ), '')
    end
{%- endmacro %}
