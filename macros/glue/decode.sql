{#
  A value in one of the encodings of change feeds, null where it is none: `epoch_s`, `epoch_ms`,
  `epoch_us`, `epoch_ns` (timestamp and time), `epoch_days` (date), `base64` (decimal: the unscaled
  value as big-endian two's complement), `digits` (bigint).
#}
{% macro decode(expression, type) -%}
    {%- set target, encoding = type.split('@') -%}
    {%- if encoding == 'digits' -%}
        {{- medallion.digits(expression) -}}
    {%- elif encoding == 'base64' -%}
        {{- medallion.decimal_from_base64(expression, target) -}}
    {%- elif encoding == 'epoch_days' -%}
        {{- medallion._from_number(expression, -719162, 2932896, medallion.date_from_days('{}')) -}}
    {%- elif encoding in ['epoch_s', 'epoch_ms', 'epoch_us', 'epoch_ns'] -%}
        {%- set per_second = {'epoch_s': 1, 'epoch_ms': 1000, 'epoch_us': 1000000, 'epoch_ns': 1000000000}[encoding] -%}
        {%- set us = {'epoch_s': '{} * 1000000', 'epoch_ms': '{} * 1000', 'epoch_us': '{}'}.get(encoding, medallion.floor_divide('{}', 1000)) -%}
        {%- if target == 'time' -%}
            {{- medallion._from_number(expression, 0, 86400 * per_second - 1, medallion.time_from_us(us)) -}}
        {%- else -%}
            {%- set first, last = [-62135596800 * per_second, -9223372036854775807] | max, [253402300800 * per_second - 1, 9223372036854775807] | min -%}
            {{- medallion._from_number(expression, first, last, medallion.timestamp_from_us(us)) -}}
        {%- endif -%}
    {%- else -%}
        {{ exceptions.raise_compiler_error("MED-STG-007 unknown encoding '" ~ type ~ "'") }}
    {%- endif -%}
{%- endmacro %}

{#- A whole number inside its range, put into a formula at `{}`. -#}
{% macro _from_number(expression, first, last, formula) -%}
    {%- set number = 'try_cast(' ~ expression ~ ' as bigint)' -%}
    case when {{ medallion.matches(expression, '-?[0-9]+') }} and {{ number }} between {{ first }} and {{ last }}
        then {{ formula | replace('{}', number) }} end
{%- endmacro %}
