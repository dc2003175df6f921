{#
  The message inside a Kafka Connect envelope: the field `payload` of a JSON text that has one and no
  field `marker` beside it; else the text itself.
#}
{% macro json_unwrap(expression, marker) -%}
    {{ return(adapter.dispatch('json_unwrap', 'medallion')(expression, marker)) }}
{%- endmacro %}

{% macro default__json_unwrap(expression, marker) -%}
    case
        when contains({{ expression }}, '"payload"')
            and array_contains(map_keys({{ medallion.json_map(expression) }}), 'payload')
            and not array_contains(map_keys({{ medallion.json_map(expression) }}), {{ medallion.literal(marker) }})
            then coalesce({{ medallion.json_value(expression, 'payload') }}, 'null')
        else {{ expression }}
    end
{%- endmacro %}

{% macro duckdb__json_unwrap(expression, marker) -%}
    case when contains({{ expression }}, '"payload"')
        then coalesce(try(
            case when json_exists({{ expression }}, '/payload') and not json_exists({{ expression }}, {{ medallion.json_pointer(marker) }})
                then cast(json_extract({{ expression }}, '/payload') as varchar) end
        ), {{ expression }})
        else {{ expression }} end
{%- endmacro %}
