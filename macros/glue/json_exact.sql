{#
  The same JSON text with every number of more than 15 significant digits and a fraction or exponent as a
  string, so that no digit is lost in reading it; null when it holds none. `values` maps SQL expressions
  of values read from it to their metadata types: what they look like tells most texts apart cheaply; none
  looks at the text itself.
#}
{% macro json_exact(expression, values=none) -%}
    {{ return(adapter.dispatch('json_exact', 'medallion')(expression, values)) }}
{%- endmacro %}

{% macro default__json_exact(expression, values) -%}
    {%- set long = medallion._long_number() -%}
    case when regexp_like({{ expression }}, '{{ long }}') then
        array_join(transform(
            regexp_extract_all({{ expression }}, '"(?:[^"\\\\]|\\\\.)*"|[^"]+', 0),
            piece -> case when startswith(piece, '"') then piece
                else regexp_replace(piece, '(-?[0-9]*(?:{{ long }})[0-9.]*(?:[eE][+-]?[0-9]+)?)', '"$1"') end
        ), '')
    end
{%- endmacro %}

{#- The text is cut into strings and what stands between them; numbers are marked in the latter only. -#}
{% macro duckdb__json_exact(expression, values) -%}
    {%- set long = medallion._long_number() -%}
    case when {{ '(' ~ medallion._may_be_long(expression, values) ~ ') and ' if values is not none -}}
        regexp_matches({{ expression }}, '{{ long }}') then
        array_to_string(list_transform(
            regexp_extract_all({{ expression }}, '"(?:[^"\\]|\\.)*"|[^"]+'),
            lambda piece: case when starts_with(piece, '"') then piece else regexp_replace(
                piece, '(-?[0-9]*(?:{{ long }})[0-9.]*(?:[eE][+-]?[0-9]+)?)', '"\1"', 'g'
            ) end
        ), '')
    end
{%- endmacro %}

{#- A long fraction shows in the text (a fast search), a long whole part in the value, whatever it was rounded to. -#}
{% macro _may_be_long(expression, values) -%}
    regexp_matches({{ expression }}, '[.][0-9]{8}')
    {%- for value, type in values.items() %}
    {%- if type in ['text', 'json'] %}
    or starts_with({{ value }}, '{') or starts_with({{ value }}, '[')
    or ({{ value }} between '-' and ':' and regexp_matches({{ value }}, '^-?(?:[0-9]{9,}[.]|[0-9][.][0-9]+e)'))
    {%- else %}
    or strpos({{ value }}, '.') > 9 or contains({{ value }}, 'e')
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- Sixteen digits around a point, or in front of it or of an exponent. -#}
{% macro _long_number() -%}
    {%- set long = [] -%}
    {%- for digits in range(1, 16) -%}
        {%- do long.append('[0-9]{' ~ digits ~ '}[.][0-9]{' ~ (16 - digits) ~ '}') -%}
    {%- endfor -%}
    {{- (long + ['[0-9]{16}(?:[.]|[eE][+-]?[0-9])']) | join('|') -}}
{%- endmacro %}
