{#-
  CTE `released`: the released rows of the quarantine that this read takes, with the file, line and time of the row as
  it first came, and its text (the mended one where one was given).
-#}
{% macro released_rows(spec, plan) -%}
released as (
    select
        e.source_file as _file, coalesce(f.modified_at, {{ medallion.run_started() }}) as _modified_at,
        coalesce(e.released_as, e.raw) as _text, e.source_line as _line,
        e.reason = 'malformed' and e.released_as is null as _is_broken
    from {{ medallion.ops_relation('quarantine') }} as e
    left join (
        select file, max(modified_at) as modified_at from {{ medallion.ops_relation('loaded_files') }}
        where system = {{ medallion.literal(spec.system) }} and object = {{ medallion.literal(spec.object) }}
        group by file
    ) as f on e.source_file = f.file
    where e.entry_id in ({{ medallion._text_list(plan.released | map(attribute='entry_id')) }})
),
{%- endmacro %}

{#- CTE `lines_and_released`: what read_lines gives, and the released rows behind it. -#}
{% macro released_lines(spec, plan) -%}
{{ medallion.released_rows(spec, plan) }}
lines_and_released as (
    {%- if plan.readable %}
    select _file, _modified_at, _text, _line, _is_odd, false as _is_released from read_lines
    union all
    {%- endif %}
    select _file, _modified_at, _text, _line, true as _is_odd, true as _is_released from released
),
{%- endmacro %}

{#-
  SELECT of the released rows of a source with columns, whose text is a JSON of its columns. A row with too few or too
  many fields stays malformed unless it was mended.
-#}
{% macro released_fields(spec, plan) -%}
{%- set known = [] -%}
{%- for path in plan.fields.values() %}{% do known.append('"' ~ path ~ '"') %}{% endfor -%}
select
    _file, _modified_at, _line, _is_broken as _is_malformed,
    {%- if spec.get('placeholder') %}
    true as _is_partial,
    {%- endif %}
    {%- if plan.carries %}
    cast('' as {{ medallion.sql_type('text') }}) as _absent,
    {%- endif %}
    {%- for field, source in plan.fields.items() %}
    {%- set value = medallion.json_value('_text', '"' ~ source ~ '"') %}
    {{ medallion.cast_safely(value, plan.native[field], plan.time_zone) if field in plan.native else value }} as {{ field }},
    {%- endfor %}
    {{ medallion.json_unknown('_text', medallion.json_names('_text'), known, []) if spec.get('new_column') != 'ignore'
        else 'cast(null as ' ~ medallion.sql_type('text') ~ ')' }} as _unknown
from released
{%- endmacro %}
