{#
  Whether a value (text as received) is a change feed's placeholder for "not sent", in any of the shapes
  in which Debezium writes it: text, base64 of bytes, inside an array or map, as a list of character codes,
  as a UUID made from it.
#}
{% macro is_unavailable(expression, placeholder) -%}
    {{ return(adapter.dispatch('is_unavailable', 'medallion')(expression, placeholder)) }}
{%- endmacro %}

{% macro default__is_unavailable(expression, placeholder) -%}
    case
        when {{ expression }} in ({{ medallion._unavailable_forms(placeholder) | join(', ') }}) then true
        when left({{ expression }}, 1) in ('[', '{') then
            {%- for form in medallion._unavailable_forms(placeholder) %}
            contains({{ expression }}, '"' || {{ form }} || '"') or
            {%- endfor %}
            {{ expression }} = '[' || {{ medallion._character_codes(placeholder) }} || ']'
        else false
    end
{%- endmacro %}

{# Whether a whole line may hold the placeholder in any shape; cheap. #}
{% macro may_be_unavailable(expression, placeholder) -%}
    {{ return(adapter.dispatch('may_be_unavailable', 'medallion')(expression, placeholder)) }}
{%- endmacro %}

{% macro default__may_be_unavailable(expression, placeholder) -%}
    (
    {%- for form in medallion._unavailable_forms(placeholder) + [medallion._character_codes(placeholder)] %}
    {{ 'or ' if not loop.first }}contains({{ expression }}, {{ form }})
    {%- endfor %}
    )
{%- endmacro %}

{#- Constants to the engine: it computes them once per statement. A UUID made from a name is its MD5 with marks. -#}
{% macro _unavailable_forms(placeholder) -%}
    {%- set text = medallion.literal(placeholder) -%}
    {%- set md5 = 'md5(' ~ text ~ ')' -%}
    {{ return([
        text, medallion._base64_of(text),
        "(left(" ~ md5 ~ ", 8) || '-' || substr(" ~ md5 ~ ", 9, 4) || '-3' || substr(" ~ md5 ~ ", 14, 3) || '-'"
        ~ " || substr('89ab89ab89ab89ab', instr('0123456789abcdef', substr(" ~ md5 ~ ", 17, 1)), 1)"
        ~ " || substr(" ~ md5 ~ ", 18, 3) || '-' || substr(" ~ md5 ~ ", 21, 12))",
    ]) }}
{%- endmacro %}

{% macro _base64_of(expression) -%}
    {{ return(adapter.dispatch('_base64_of', 'medallion')(expression)) }}
{%- endmacro %}

{% macro default___base64_of(expression) -%}
    base64(encode({{ expression }}))
{%- endmacro %}

{% macro spark___base64_of(expression) -%}
    base64(encode({{ expression }}, 'utf-8'))
{%- endmacro %}

{% macro _character_codes(placeholder) -%}
    {%- set codes = [] -%}
    {%- for byte in placeholder.encode('utf-8') %}{% do codes.append(byte | string) %}{% endfor -%}
    {{- medallion.literal(codes | join(',')) -}}
{%- endmacro %}
