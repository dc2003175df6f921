{#
  A typed value as text that sorts as the value does, so that several of them, joined by spaces, are one
  order. Null is the empty text and ranks lowest. Whole numbers are shifted by 2^63 to 20 digits, times
  likewise by their microseconds since 1970 (dates by their days). A decimal is shifted by 10^18 and keeps
  its scale; a double loses what is beyond six decimals; text stays as it is.
#}
{% macro sort_text(expression, type) -%}
    {%- set name = type.split('@')[0].split('(')[0] -%}
    {%- if name in ['integer', 'bigint'] -%}
        {{- medallion._sort_number(expression, '9223372036854775808', 'decimal(20,0)', 20) -}}
    {%- elif name == 'date' -%}
        {{- medallion._sort_number(medallion.epoch_us('cast(' ~ expression ~ ' as timestamp)'), '9223372036854775808', 'decimal(20,0)', 20) -}}
    {%- elif name == 'timestamp' -%}
        {{- medallion._sort_number(medallion.epoch_us(expression), '9223372036854775808', 'decimal(20,0)', 20) -}}
    {%- elif name in ['decimal', 'double'] -%}
        {%- set scale = (type.split(',')[1].split(')')[0] | trim | int) if ',' in type else (6 if name == 'double' else 0) -%}
        {{- medallion._sort_number(expression, '1000000000000000000', 'decimal(37,' ~ scale ~ ')', 20 + scale) -}}
    {%- else -%}
        coalesce(cast({{ expression }} as {{ medallion.sql_type('text') }}), '')
    {%- endif -%}
{%- endmacro %}

{% macro _sort_number(expression, shift, type, digits) -%}
    coalesce(lpad(cast(cast({{ expression }} as {{ type }}) + cast({{ shift }} as {{ type }}) as {{ medallion.sql_type('text') }}), {{ digits }}, '0'), '')
{%- endmacro %}
