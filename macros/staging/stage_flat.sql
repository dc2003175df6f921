{#-
  CTEs up to `fields` for sources with columns (CSV, Parquet, Delta, database tables): the values as text
  under the names of plan.fields, typed at once where source and metadata agree. `_unknown` holds the
  columns that the metadata does not know, `_absent` those that a file lacks.
-#}
{% macro stage_flat(spec, plan) -%}
{%- if plan.readable %}
source_files as (
    select
        *
        {%- for part in plan.placed %},
        {{ medallion._file_sources()[part.source] }} as {{ part.typed }}
        {%- endfor %}
    from (
        values
        {%- for file in plan.readable %}
        ({{ medallion.literal(file.path) }}, {{ medallion.literal(file.file) }}, cast('{{ file.modified_at }}' as {{ medallion.sql_type('timestamp') }})){{ ',' if not loop.last }}
        {%- endfor %}
    ) as v (_path, _file, _modified_at)
),
{%- endif %}
{%- if plan.released %}
{{ medallion.released_rows(spec, plan) }}
{%- endif %}
fields as (
    {%- for read in plan.reads %}
    select
        {{ medallion._read_place(spec, plan, read) }},
        {%- if plan.released %}
        {{ medallion.no_release() }},
        {%- endif %}
        {{ read.malformed or 'false' }} as _is_malformed,
        {%- if spec.get('placeholder') %}
        true as _is_partial,
        {%- endif %}
        {%- if plan.carries %}
        {{ medallion._absent_columns(plan, read) }} as _absent,
        {%- endif %}
        {%- for field in plan.fields %}
        {{ medallion._read_field(plan, read, field) }} as {{ field }},
        {%- endfor %}
        {{ medallion._unknown_columns(spec, read) | indent(8) }} as _unknown
    from {{ read.relation }} as s
    {%- if read.path %}
    join source_files as f on f._path = {{ read.path }}
    {%- endif %}
    {%- set filter = medallion.read_filter(spec, plan, read) %}
    {%- if filter %}
    where {{ filter }}
    {%- endif %}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
    {%- if plan.released %}
    {{ 'union all' if plan.reads }}
    {{ medallion.released_fields(spec, plan) | indent(4) }}
    {%- endif %}
),
{%- endmacro %}

{#- Where a row comes from. A Delta table is read as a whole, as of its newest commit. -#}
{% macro _read_place(spec, plan, read) -%}
    {%- if read.path -%}
        f._file, f._modified_at, cast(null as bigint) as _line
        {%- for part in plan.placed %}, f.{{ part.typed }}{% endfor %}
    {%- elif plan.files -%}
        {{ medallion.literal(spec.source) }} as _file,
        cast('{{ (plan.files | map(attribute="modified_at") | sort)[-1] }}' as {{ medallion.sql_type('timestamp') }}) as _modified_at, cast(null as bigint) as _line
    {%- else -%}
        cast(null as {{ medallion.sql_type('text') }}) as _file, {{ medallion.run_started() }} as _modified_at, cast(null as bigint) as _line
    {%- endif -%}
{%- endmacro %}

{% macro _read_field(plan, read, field) -%}
    {%- if field not in read['sql'] -%}
        cast(null as {{ medallion.sql_type(plan.native.get(field, 'text')) }})
    {%- elif field in plan.native -%}
        {{ medallion.native_value(read['sql'][field].sql, read['sql'][field]['type'], plan.native[field], plan.time_zone) }}
    {%- else -%}
        {{ medallion.text_of(read['sql'][field].sql, read['sql'][field]['type']) }}
    {%- endif -%}
{%- endmacro %}

{#-
  Fields whose type every file and the metadata agree on: field -> type; columns are marked as such. Released rows
  are texts, to be checked as such.
-#}
{% macro native_fields(spec, plan) -%}
    {%- set native = {} -%}
    {%- set types = {} -%}
    {%- if spec.get('bronze') != 'raw' and not spec.get('placeholder') and not plan.released -%}
        {%- for column in plan.columns %}{% do types.update({column.raw: column['type']}) %}{% endfor -%}
        {%- for part in medallion._sequence_parts(spec) %}{% do types.update({part.raw: part['type']}) %}{% endfor -%}
        {%- for time in spec.get('event_time') or [] %}{% do types.update({'_time_' ~ loop.index: time['type']}) %}{% endfor -%}
    {%- endif -%}
    {%- for field, type in types.items() if field in plan.fields -%}
        {%- set values = [] -%}
        {%- for read in plan.reads -%}
            {%- set found = read['sql'].get(field) -%}
            {%- do values.append(medallion.native_value(found.sql, found['type'], type, plan.time_zone) if found else 'null') -%}
        {%- endfor -%}
        {%- if none not in values and values | reject('equalto', 'null') | list -%}
            {%- do native.update({field: type}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for column in plan.columns if column.raw in native %}{% do column.update({'native': true}) %}{% endfor -%}
    {{ return(native) }}
{%- endmacro %}

{#- A field as text. -#}
{% macro field_text(plan, field) -%}
    {{ 'cast(' ~ field ~ ' as ' ~ medallion.sql_type('text') ~ ')' if field in plan.native else field }}
{%- endmacro %}

{% macro _unknown_columns(spec, read) -%}
    {%- set values = {} -%}
    {%- for name, column in read.extra.items() if spec.get('new_column') != 'ignore' -%}
        {%- do values.update({name: medallion.text_of(column.sql, column['type'])}) -%}
    {%- endfor -%}
    {%- for field in read.spare or [] -%}
        {%- do values.update({'#' ~ (read['columns'] | length + loop.index): field}) -%}
    {%- endfor -%}
    {%- if values -%}
        case when {{ values.values() | join(' is not null or ') }} is not null then {{ medallion.json_row(values) }} end
    {%- else -%}
        cast(null as {{ medallion.sql_type('text') }})
    {%- endif -%}
{%- endmacro %}

{#- The columns that a file lacks, as `|a|b|`. -#}
{% macro _absent_columns(plan, read) -%}
    {%- set names = [] -%}
    {%- for column in plan.columns if column.raw in read.absent %}{% do names.append(column.name) %}{% endfor -%}
    {{ medallion.literal('|' ~ names | join('|') ~ '|') if names else "''" }}
{%- endmacro %}
