{# A JSON object (as text) without some of its fields; null when nothing is left. -#}
{% macro json_without(expression, fields) -%}
    {{ return(adapter.dispatch('json_without', 'medallion')(expression, fields)) }}
{%- endmacro %}

{% macro default__json_without(expression, fields) -%}
    nullif(to_json(map_filter(
        from_json({{ expression }}, 'map<string,variant>'), (k, v) -> not array_contains(array({{ medallion._text_list(fields) }}), k)
    )), '{}')
{%- endmacro %}

{#- A merge patch onto null would give the patch itself. -#}
{% macro duckdb__json_without(expression, fields) -%}
    {%- set nothing = {} -%}
    {%- for field in fields %}{% do nothing.update({field: none}) %}{% endfor -%}
    case when {{ expression }} is not null then
        nullif(cast(json_merge_patch({{ expression }}, {{ medallion.literal(tojson(nothing)) }}) as varchar), '{}')
    end
{%- endmacro %}
