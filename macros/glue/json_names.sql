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
  object's json_names; `shapes` are lists of known names as they often come: comparing with one of them is
  far cheaper than looking up every name.
#}
{% macro json_unknown(object, names, known, shapes) -%}
    {{ return(adapter.dispatch('json_unknown', 'medallion')(object, names, known, shapes)) }}
{%- endmacro %}

{% macro default__json_unknown(object, names, known, shapes) -%}
    case when size(array_except({{ names }}, array({{ medallion._text_list(known) }}))) > 0
        then {{ medallion.json_without(object, known) }} end
{%- endmacro %}

{% macro duckdb__json_unknown(object, names, known, shapes) -%}
    case
        when {{ names }} is null then null
        {%- for shape in shapes %}
        when {{ names }} = [{{ medallion._text_list(shape) }}] then null
        {%- endfor %}
        when list_has_all([{{ medallion._text_list(known) }}], {{ names }}) then null
        else {{ medallion.json_without(object, known) }}
    end
{%- endmacro %}

{% macro _text_list(texts) -%}
    {%- for text in texts %}{{ medallion.literal(text) }}{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}
