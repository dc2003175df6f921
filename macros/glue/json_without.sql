{#
  A JSON object (as text) without some of its fields, each where its SQL condition holds; null when nothing
  is left. `fields`: path -> condition; a path of two parts takes one field out of a nested object, and the
  object with its last one.
#}
{% macro json_without(expression, fields) -%}
    {{ return(adapter.dispatch('json_without', 'medallion')(expression, fields)) }}
{%- endmacro %}

{% macro default__json_without(expression, fields) -%}
    {%- set tops = medallion.by_first_part(fields) -%}
    {%- set whole = ["''"] -%}
    {%- for top, leaves in tops.items() if '' in leaves %}{% do whole.append(medallion._gone_name(top, leaves[''])) %}{% endfor -%}
    nullif(to_json(map_filter(
        {{ medallion._nested_without(expression, tops) }},
        (k, v) -> not array_contains(array({{ whole | join(', ') }}), k)
        {%- for top, leaves in tops.items() if '' not in leaves %}
            and not (k = {{ medallion.literal(top) }} and (v is null or to_json(v) in ('{}', 'null')))
        {%- endfor %}
    )), '{}')
{%- endmacro %}

{#- Spark: the object as a map, nested objects without the fields that go. -#}
{% macro _nested_without(expression, tops) -%}
{%- set map = 'from_json(' ~ expression ~ ", 'map<string,variant>')" -%}
{%- set nested = [] -%}
{%- for top, leaves in tops.items() if '' not in leaves -%}
    {%- set gone = [] -%}
    {%- for leaf, condition in leaves.items() %}{% do gone.append(medallion._gone_name(leaf, condition)) %}{% endfor -%}
    {%- do nested.append("when k = " ~ medallion.literal(top) ~ " and startswith(schema_of_variant(v), 'OBJECT') then parse_json(to_json(map_filter("
        ~ "from_json(to_json(v), 'map<string,variant>'), (n, w) -> not array_contains(array(" ~ gone | join(', ') ~ '), n))))') -%}
{%- endfor -%}
{{ 'transform_values(' ~ map ~ ', (k, v) -> case ' ~ nested | join(' ') ~ ' else v end)' if nested else map }}
{%- endmacro %}

{% macro _gone_name(name, condition) -%}
    {{ medallion.literal(name) if condition == 'true' else 'case when ' ~ condition ~ ' then ' ~ medallion.literal(name) ~ " else '' end" }}
{%- endmacro %}

{#- A merge patch with a null for each field that goes; onto null it would give the patch itself. -#}
{% macro duckdb__json_without(expression, fields) -%}
    {%- set tops = medallion.by_first_part(fields) -%}
    case when {{ expression }} is not null then
        nullif(cast(json_merge_patch({{ expression }}, '{' || concat_ws(','
        {%- for top, leaves in tops.items() %},
            {{ medallion._patch_entry(expression, top, leaves) | indent(12) }}
        {%- endfor %}
        ) || '}') as varchar), '{}')
    end
{%- endmacro %}

{#- The patch of one field; of a nested object only what goes, or all of it when nothing else is in it. -#}
{% macro _patch_entry(expression, top, leaves) -%}
{%- set name = tojson(top) -%}
{%- if '' in leaves -%}
case when {{ leaves[''] }} then {{ medallion.literal(name ~ ':null') }} end
{%- else -%}
{%- set nested = 'json_extract(' ~ expression ~ ', ' ~ medallion.json_pointer('"' ~ top ~ '"') ~ ')' -%}
{%- set gone = [] -%}
{%- set entries = [] -%}
{%- for leaf, condition in leaves.items() -%}
    {%- do gone.append('case when ' ~ condition ~ ' then ' ~ medallion.literal(leaf) ~ ' end') -%}
    {%- do entries.append('case when ' ~ condition ~ ' then ' ~ medallion.literal(tojson(leaf) ~ ':null') ~ ' end') -%}
{%- endfor -%}
case
    when coalesce(json_type({{ nested }}), 'NULL') = 'NULL' then {{ medallion.literal(name ~ ':null') }}
    when json_type({{ nested }}) = 'OBJECT' then
        case when list_has_all([{{ gone | join(', ') }}], json_keys({{ nested }})) then {{ medallion.literal(name ~ ':null') }}
            else {{ medallion.literal(name ~ ':{') }} || concat_ws(',', {{ entries | join(', ') }}) || '}' end
end
{%- endif -%}
{%- endmacro %}

{# Paths by their first part: top -> {second part, or '' for all of it: value}. #}
{% macro by_first_part(fields) -%}
    {%- set tops = {} -%}
    {%- for path, value in fields.items() -%}
        {%- set parts = medallion.path_parts(path) -%}
        {%- do tops.setdefault(parts[0], {}).update({(parts[1] if parts | length > 1 else ''): value}) -%}
    {%- endfor -%}
    {{ return(tops) }}
{%- endmacro %}
