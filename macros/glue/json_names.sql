{# The field names of a JSON text's object at a path (none: of the text itself) as a list of texts. #}
{% macro json_names(expression, path=none) -%}
    {{ return(adapter.dispatch('json_names', 'medallion')(expression, path)) }}
{%- endmacro %}

{% macro default__json_names(expression, path) -%}
    map_keys({{ medallion.json_map(expression, path) }})
{%- endmacro %}

{% macro duckdb__json_names(expression, path) -%}
    try(json_keys({{ expression }}{{ ', ' ~ medallion.json_pointer(path) if path }}))
{%- endmacro %}

{#
  The fields of a JSON object (as text) other than the known ones, null when there is none. `names` is the
  object's json_names; `known` are paths of one or two parts: beside a known field of a nested object its
  other fields are unknown. `shapes` are lists of known names as they often come: comparing with one of them
  is far cheaper than looking up every name.
#}
{% macro json_unknown(object, names, known, shapes) -%}
    {%- set all = {} -%}
    {%- for path in known %}{% do all.update({path: 'true'}) %}{% endfor -%}
    {{ return(adapter.dispatch('json_unknown', 'medallion')(object, names, all, shapes)) }}
{%- endmacro %}

{#- Nested objects are looked at in any case: what is left of them tells. -#}
{% macro default__json_unknown(object, names, known, shapes) -%}
    {%- set tops = medallion.by_first_part(known) -%}
    {%- set nested = [] -%}
    {%- for leaves in tops.values() if '' not in leaves %}{% do nested.append(leaves) %}{% endfor -%}
    case when {{ 'size(array_except(' ~ names ~ ', array(' ~ medallion._text_list(tops) ~ '))) > 0' if not nested else names ~ ' is not null' }}
        then {{ medallion.json_without(object, known) }} end
{%- endmacro %}

{% macro duckdb__json_unknown(object, names, known, shapes) -%}
    {%- set tops = medallion.by_first_part(known) -%}
    case
        when {{ names }} is null then null
        {%- for shape in shapes %}
        when {{ names }} = [{{ medallion._text_list(shape) }}] then null
        {%- endfor %}
        when list_has_all([{{ medallion._text_list(tops) }}], {{ names }})
        {%- for top, leaves in tops.items() if '' not in leaves %}
            and {{ medallion._holds_only(object, top, leaves) }}
        {%- endfor %} then null
        else {{ medallion.json_without(object, known) }}
    end
{%- endmacro %}

{#- Whether a nested object has no field but these; one that is absent or null has none. -#}
{% macro _holds_only(object, top, leaves) -%}
    {%- set pointer = medallion.json_pointer('"' ~ top ~ '"') -%}
    coalesce(case json_type({{ object }}, {{ pointer }}) when 'NULL' then true
        when 'OBJECT' then list_has_all([{{ medallion._text_list(leaves) }}], json_keys({{ object }}, {{ pointer }}))
        else {{ object }} is null end, true)
{%- endmacro %}

{% macro _text_list(texts) -%}
    {{- medallion.literals(texts) | join(', ') -}}
{%- endmacro %}
