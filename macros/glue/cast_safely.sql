{#
  A text as a value of a metadata type, null where it is none. The form is checked first, because the
  engines' own casts accept different texts (DuckDB reads '2.9' as 3 and '1_000' as 1000). Accepted:
  integers with a sign; decimals with an exponent, but no digit that the scale would cut; doubles without
  NaN and infinity; true t yes y 1 / false f no n 0 in any case; ISO dates (also with a zero time, or with Debezium's `Z`), times
  and timestamps with an optional zone (a timestamp without one is read in `time_zone`, all become UTC);
  valid JSON. A type with an encoding (`timestamp@epoch_us`) is decoded.
#}
{% macro cast_safely(expression, type, time_zone='UTC') -%}
    {%- set name = type.split('@')[0].split('(')[0] -%}
    {%- if '@' in type -%}
        {{- medallion.decode(expression, type) -}}
    {%- elif name == 'text' -%}
        {{- expression -}}
    {%- elif name in ['integer', 'bigint'] -%}
        {{- medallion._cast_form(expression, '[+-]?[0-9]+', type) -}}
    {%- elif name == 'decimal' -%}
        {{- medallion._cast_decimal(expression, type) -}}
    {%- elif name == 'double' -%}
        {{- medallion._cast_double(expression) -}}
    {%- elif name == 'boolean' -%}
        case
            when lower({{ expression }}) in ('true', 't', 'yes', 'y', '1') then true
            when lower({{ expression }}) in ('false', 'f', 'no', 'n', '0') then false
        end
    {%- elif name == 'date' -%}
        {%- set form = '[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ]00:00(?::00(?:[.]0+)?)?)?Z?' -%}
        {{- medallion._cast_form(expression, form, type, 'substring(' ~ expression ~ ', 1, 10)') -}}
    {%- elif name == 'time' -%}
        {%- set form = '(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?(?:Z|[+]00(?::?00)?)?' -%}
        {{- medallion._cast_form(expression, form, type, 'substring(' ~ expression ~ ', 1, 15)') -}}
    {%- elif name == 'timestamp' -%}
        {{- medallion.parse_timestamp(expression, time_zone) -}}
    {%- elif name == 'json' -%}
        case when {{ medallion.is_json(expression) }} then {{ expression }} end
    {%- else -%}
        {{ exceptions.raise_compiler_error("MED-STG-007 unknown type '" ~ type ~ "'") }}
    {%- endif -%}
{%- endmacro %}

{% macro _cast_form(expression, form, type, value=none) -%}
    case when {{ medallion.matches(expression, form) }}
        then try_cast({{ value or expression }} as {{ medallion.sql_type(type) }}) end
{%- endmacro %}

{#- Plain decimals may carry zeros beyond the scale; one with an exponent must be equal to its double. -#}
{% macro _cast_decimal(expression, type) -%}
    {%- set scale = type.split('(')[1].rstrip(')').split(',')[1] | trim if ',' in type else '0' -%}
    {%- set fraction = '|[.][0-9]{1,' ~ scale ~ '}0*' if scale | int else '' -%}
    {%- set cast = 'try_cast(' ~ expression ~ ' as ' ~ type ~ ')' -%}
    case
        when {{ medallion.matches(expression, '[+-]?(?:[0-9]+(?:[.][0-9]{0,' ~ scale ~ '}0*)?' ~ fraction ~ ')') }}
            then {{ cast }}
        when {{ medallion.matches(expression, '[+-]?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+)[eE][+-]?[0-9]{1,3}') }}
            and cast({{ cast }} as double) = try_cast({{ expression }} as double)
            then {{ cast }}
    end
{%- endmacro %}

{#- A number too large for a double would become infinite. -#}
{% macro _cast_double(expression) -%}
    case
        when {{ medallion.matches(expression, '[+-]?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+)(?:[eE][+-]?[0-9]+)?') }}
            and abs(try_cast({{ expression }} as double)) < cast('Infinity' as double)
            then try_cast({{ expression }} as double)
    end
{%- endmacro %}
