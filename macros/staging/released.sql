{#-
  CTE `released`: the released rows of the quarantine that this read takes, with the file, line and time of the row as
  it first came, and its text (the mended one where one was given).
-#}
{% macro released_rows(spec, plan) -%}
released as (
    select
        e.source_file as _file, coalesce(f.modified_at, e.recorded_at) as _modified_at,
        coalesce(e.released_as, e.raw) as _text, e.source_line as _line, e.entry_id as _entry,
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
    select _file, _modified_at, _text, _line, _is_odd, cast(null as {{ medallion.sql_type('text') }}) as _entry from read_lines
    union all
    {%- endif %}
    select _file, _modified_at, _text, _line, true as _is_odd, _entry from released
),
{%- endmacro %}

{#-
  SELECT of the released rows of a source with columns, whose text is a JSON of its columns without the nulls. A row
  with too few or too many fields stays malformed unless it was mended.
-#}
{% macro released_fields(spec, plan) -%}
{%- set paths = [] -%}
{%- for source in plan.fields.values() %}{% do paths.append('"' ~ source ~ '"') %}{% endfor -%}
select
    _file, _modified_at, _line, _entry, _text as _released_text,
    _is_broken or (_text is not null and _values is null) as _is_malformed,
    {%- if spec.get('placeholder') %}
    true as _is_partial,
    {%- endif %}
    {%- if plan.carries %}
    {{ medallion._released_absent(plan) | indent(4) }} as _absent,
    {%- endif %}
    {%- for field in plan.fields %}
    {{ medallion.list_item('_values', loop.index0) }} as {{ field }},
    {%- endfor %}
    {{ medallion.json_unknown('_text', '_names', paths | unique(case_sensitive=true) | list, []) if spec.get('new_column') != 'ignore'
        else 'cast(null as ' ~ medallion.sql_type('text') ~ ')' }} as _unknown
from (
    select *, {{ medallion.json_values('_text', paths) | indent(8) }} as _values, {{ medallion.json_names('_text') }} as _names
    from released
) as r
{%- endmacro %}

{#- The columns that only a released row of a source with columns fills. -#}
{% macro no_release() -%}
    cast(null as {{ medallion.sql_type('text') }}) as _entry, cast(null as {{ medallion.sql_type('text') }}) as _released_text
{%- endmacro %}

{#- A column without a value counts as not sent: whether its file had the column is not known any more. -#}
{% macro _released_absent(plan) -%}
'|'
{%- for field in plan.fields -%}
{%- set position = loop.index0 -%}
{%- for column in plan.columns if column.raw == field and not column.is_key %}
    || case when {{ medallion.list_item('_values', position) }} is null then '{{ column.name }}|' else '' end
{%- endfor -%}
{%- endfor %}
{%- endmacro %}

{#-
  What a staged row's `_source_file` is. Checkpointed staging replaces a file as a whole: there a released row
  has a name of its own, so that it does not push out the other rows of its file.
-#}
{% macro staged_file(spec, plan) -%}
    {%- if plan.released and spec.get('checkpointed') -%}
        coalesce(_file, '') || coalesce('{{ medallion.release_mark() }}' || _entry, '')
    {%- else -%}_file{%- endif -%}
{%- endmacro %}

{# What stands between the file and the entry in the name of a released row. -#}
{% macro release_mark() -%}#released:{%- endmacro %}
