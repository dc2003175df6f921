{#-
  CTEs up to `fields` for JSON lines: each line parsed once, its values as text under the names of
  plan.fields, and what only JSON can tell: `_is_malformed`, `_is_ignored` (Kafka tombstones, heartbeats),
  `_unknown` (fields that the metadata does not know), `_is_partial` (a placeholder may be in it).
-#}
{% macro stage_json(spec, plan) -%}
{%- set json = '_json' if plan.envelope else '_text' -%}
{%- set exact = medallion.exact_columns(plan) -%}
{%- set lines = 'lines_and_released' if plan.released else 'read_lines' -%}
{{ medallion.read_lines(plan.readable, spec.system ~ '.' ~ spec.object) if plan.readable }}
{%- if plan.released %}
{{ medallion.released_lines(spec, plan) }}
{%- endif %}
{%- if plan.envelope %}
messages as (
    select *, {{ medallion.json_unwrap('_text', 'op') }} as _json from {{ lines }}
),
{%- endif %}
parsed as (
    select
        *,
        {{ medallion.json_values(json, plan.fields.values()) | indent(8) }} as _values
        {%- if spec.get('new_column') != 'ignore' %},
        {{ medallion.json_names(json, 'after' if plan.envelope) }} as _names
        {%- endif %}
    from {{ 'messages' if plan.envelope else lines }}
),
{%- if exact %}
{{ medallion.stage_exact(spec, plan, json) }}
{%- endif %}
fields as (
    select
        _file, _modified_at, _text, _line,
        {%- if plan.released %}
        _entry,
        {%- endif %}
        {{ medallion._is_malformed(plan, json) | indent(8) }} as _is_malformed,
        {%- if plan.envelope %}
        {{ medallion._is_ignored(spec, plan, json) | indent(8) }} as _is_ignored,
        {%- endif %}
        {%- if spec.get('placeholder') %}
        {{ medallion.may_be_unavailable(json, spec.placeholder) | indent(8) }} as _is_partial,
        {%- endif %}
        {{ medallion._json_fields(spec, plan, json, exact) | indent(8) }}
    from {{ 'exact' if exact else 'parsed' }}
    where (_values is not null or trim(_text) <> '')
    {%- set filter = medallion._json_filter(spec, plan) %}
    {%- if filter %}
        and ({{ filter }}{{ ' or _entry is not null' if plan.released }})
    {%- endif %}
),
{%- endmacro %}

{#- Each field by its place in `_values`; which numeric fields lost digits; the unknown fields. -#}
{% macro _json_fields(spec, plan, json, exact) -%}
{%- set names = plan.fields.keys() | list -%}
{%- for name in names -%}
{{ medallion.list_item('_values', loop.index0) }} as {{ name }},
{% endfor -%}
{%- for column in exact if column['type'].startswith('decimal') -%}
{%- set position = names.index(column.raw) -%}
case when _exact is null then false
    else {{ medallion.cast_safely(medallion.list_item('_rounded', position), column['type']) }} is distinct from
        {{ medallion.cast_safely(medallion.list_item('_values', position), column['type']) }} end as _l_{{ column.name }},
{% endfor -%}
{%- if spec.get('new_column') == 'ignore' -%}
cast(null as {{ medallion.sql_type('text') }}) as _unknown
{%- else -%}
{%- set row = 'coalesce(' ~ medallion.json_exact(json) ~ ', ' ~ json ~ ')' -%}
{{ medallion.json_unknown(
    medallion.json_value(row, 'after') if plan.envelope else row, '_names', medallion._known_names(spec, plan), plan.shapes or []
) }} as _unknown
{%- endif -%}
{%- endmacro %}

{#- Which rows of a delta load are read, as read_filter says; JSON has its values as text. -#}
{% macro _json_filter(spec, plan) -%}
    {%- if spec.load != 'delta' -%}{{ return('') }}{%- endif -%}
    {%- set field = medallion._sequence_parts(spec)[0].raw -%}
    {%- set value = medallion.list_item('_values', (plan.fields.keys() | list).index(field)) -%}
    {{ return(medallion.read_filter(spec, plan, {'sql': {field: {'sql': value, 'type': 'VARCHAR'}}})) }}
{%- endmacro %}

{#-
  The fields of a row that the metadata uses, as paths of one or two parts: a column's own field, and all of
  the object in which an operation, a position or a time stands.
-#}
{% macro _known_names(spec, plan) -%}
    {%- set known = [] -%}
    {%- set first = 1 if plan.envelope else 0 -%}
    {%- for name, path in plan.fields.items() if not plan.envelope or name.startswith('_r_') -%}
        {%- set parts = medallion.path_parts(path)[first:][:2 if name.startswith('_r_') else 1] -%}
        {%- do known.append('"' ~ parts | join('"."') ~ '"') -%}
    {%- endfor -%}
    {{ return(known | unique(case_sensitive=true) | list) }}
{%- endmacro %}

{#- A line that is no JSON object. A plain line is recognised by its first character. -#}
{% macro _is_malformed(plan, json) -%}
case
    when _values is null then true
    when left({{ json }}, 1) <> '{' and left(ltrim({{ json }}), 1) <> '{'
        {%- if plan.envelope %} and trim({{ json }}) <> 'null'{% endif %} then true
    when _is_odd then not {{ medallion.json_strict(json) | indent(4) }}
    else false
end
{%- endmacro %}

{#- A null message is a Kafka tombstone; a message with a time and no source is a heartbeat. -#}
{% macro _is_ignored(spec, plan, json) -%}
case
    when {{ medallion.list_item('_values', (plan.fields.keys() | list).index('_op_code')) }} is not null then false
    when _values is null then false
    when trim({{ json }}) = 'null' then true
    else {{ medallion.json_value(json, 'ts_ms') }} is not null and {{ medallion.json_value(json, 'source') }} is null
end
{%- endmacro %}
