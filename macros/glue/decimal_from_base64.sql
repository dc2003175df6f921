{#
  A decimal from the unscaled value as big-endian two's complement in base64 (Debezium's `precise`), also
  as the struct {"scale": .., "value": ".."} of a column without a fixed scale; null where it is none.
#}
{% macro decimal_from_base64(expression, type) -%}
    {{ return(adapter.dispatch('decimal_from_base64', 'medallion')(expression, type)) }}
{%- endmacro %}

{% macro default__decimal_from_base64(expression, type) -%}
    {{ exceptions.raise_compiler_error('MED-STG-007 decimal@base64 is not available on ' ~ adapter.type()) }}
{%- endmacro %}

{% macro duckdb__decimal_from_base64(expression, type) -%}
    {%- set scale = type.split(',')[1].split(')')[0] | trim if ',' in type else '0' -%}
    {%- set struct = "starts_with(" ~ expression ~ ", '{')" -%}
    {%- set value = "case when " ~ struct ~ " then json_extract_string(" ~ expression ~ ", '/value') else " ~ expression ~ " end" -%}
    {%- set scale = "case when " ~ struct ~ " then try_cast(json_extract_string(" ~ expression ~ ", '/scale') as integer) else " ~ scale ~ " end" -%}
    {%- set bytes = "[hex(from_base64(" ~ value ~ "))]" -%}
    try({{ medallion._scaled_decimal(medallion._twos_complement(bytes), scale, type) }})
{%- endmacro %}

{#- The expression is a list of one hex text, because only a list's lambda can name it. -#}
{% macro _twos_complement(hex) -%}
    list_transform({{ hex }}, lambda h: case when length(h) between 2 and 32 then
        list_reduce(
            list_transform(range(1, length(h), 2), lambda i: cast(cast('0x' || h[i:i + 1] as integer) as hugeint)),
            lambda a, b: a * 256 + b,
            cast(case when h >= '8' then -1 else 0 end as hugeint)
        ) end)[1]
{%- endmacro %}

{#- The point is set in the text, so that no digit is computed. lpad() would cut long ones. -#}
{% macro _scaled_decimal(number, scale, type) -%}
    {%- set plain = "cast(abs(v.n) as varchar)" -%}
    {%- set digits = "(repeat('0', greatest(v.s + 1 - length(" ~ plain ~ "), 0)) || " ~ plain ~ ")" -%}
    {%- set text = "(case when v.n < 0 then '-' else '' end || left(" ~ digits ~ ", length(" ~ digits ~ ") - v.s) || '.' || right(" ~ digits ~ ", v.s))" -%}
    list_transform([struct_pack(n := {{ number }}, s := {{ scale }})], lambda v:
        case when v.s >= 0 then list_transform([{{ text }}], lambda t: {{ medallion.cast_safely('t', type) }})[1] end)[1]
{%- endmacro %}

{% macro spark__decimal_from_base64(expression, type) -%}
    {%- set scale = type.split(',')[1].split(')')[0] | trim if ',' in type else '0' -%}
    {%- set struct = "startswith(" ~ expression ~ ", '{')" -%}
    {%- set value = "case when " ~ struct ~ " then " ~ medallion.json_value(expression, 'value') ~ " else " ~ expression ~ " end" -%}
    {%- set scale = "case when " ~ struct ~ " then try_cast(" ~ medallion.json_value(expression, 'scale') ~ " as int) else " ~ scale ~ " end" -%}
    {%- set digits = "lpad(cast(abs(v.n) as string), v.s + 1, '0')" -%}
    {%- set text = "(case when v.n < 0 then '-' else '' end || left(" ~ digits ~ ", length(" ~ digits ~ ") - v.s) || '.' || right(" ~ digits ~ ", v.s))" -%}
    get(transform(
        array(named_struct('n', {{ medallion._spark_twos_complement("hex(try_to_binary(" ~ value ~ ", 'base64'))") }}, 's', {{ scale }})),
        v -> case when v.s >= 0 then get(transform(array({{ text }}), t -> {{ medallion.cast_safely('t', type) }}), 0) end
    ), 0)
{%- endmacro %}

{#- Up to fifteen bytes: a decimal has 38 digits. -#}
{% macro _spark_twos_complement(hex) -%}
    get(transform(array({{ hex }}), h -> case when length(h) between 2 and 30 then
        aggregate(
            sequence(1, length(h), 2), cast(case when h >= '8' then -1 else 0 end as decimal(38,0)),
            (a, i) -> cast(a * 256 + cast(conv(substr(h, i, 2), 16, 10) as decimal(3,0)) as decimal(38,0))
        ) end), 0)
{%- endmacro %}
