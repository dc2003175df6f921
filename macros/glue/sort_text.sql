{#
  A typed value as text that sorts as the value does, so that several of them, joined by spaces, are one
  order. Null is the empty text and ranks lowest. Whole numbers are shifted by 2^63 to 20 digits, times
  likewise by their microseconds since 1970. A decimal has a sign before digits of one width, the
  complements of the digits where it is negative; text stays as it is.
#}
{% macro sort_text(expression, type) -%}
    {%- set name = type.split('@')[0].split('(')[0] -%}
    {%- if name in ['integer', 'bigint'] -%}
        {{- medallion._sort_number(expression, '9223372036854775808', 'decimal(20,0)', 20) -}}
    {%- elif name == 'date' -%}
        {{- medallion._sort_number(medallion.epoch_us('cast(' ~ expression ~ ' as timestamp)'), '9223372036854775808', 'decimal(20,0)', 20) -}}
    {%- elif name == 'timestamp' -%}
        {{- medallion._sort_number(medallion.epoch_us(expression), '9223372036854775808', 'decimal(20,0)', 20) -}}
    {%- elif name == 'decimal' -%}
        {{- medallion._sort_decimal(expression, type) -}}
    {%- else -%}
        coalesce(cast({{ expression }} as {{ medallion.sql_type('text') }}), '')
    {%- endif -%}
{%- endmacro %}

{% macro _sort_number(expression, shift, type, digits) -%}
    coalesce(lpad(cast(cast({{ expression }} as {{ type }}) + cast({{ shift }} as {{ type }}) as {{ medallion.sql_type('text') }}), {{ digits }}, '0'), '')
{%- endmacro %}

{#- Two places more than the precision: a point, and the zero before it. No shift: decimal(38,s) has no room. -#}
{% macro _sort_decimal(expression, type) -%}
    {%- set text = medallion.sql_type('text') -%}
    {%- set precision = type.split('(')[1].split(',')[0] | trim | int -%}
    {%- set digits = 'lpad(cast(abs(cast(' ~ expression ~ ' as ' ~ type.split('@')[0] ~ ')) as ' ~ text ~ '), ' ~ (precision + 2) ~ ", '0')" -%}
    case
        when {{ expression }} is null then ''
        when {{ expression }} < 0 then '0' || translate({{ digits }}, '0123456789', '9876543210')
        else '1' || {{ digits }}
    end
{%- endmacro %}
