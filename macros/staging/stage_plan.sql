{#-
  What the CTEs of one staging SELECT need to know, worked out once: the pending files, the columns
  (see _stage_columns), what is taken from a source row (see _stage_fields) and whether there is anything to read.
-#}
{% macro stage_plan(spec) -%}
    {%- set plan = medallion._new_plan(spec) -%}
    {%- if spec.kind == 'files' -%}
        {%- do plan.update(medallion.pending_files(spec)) -%}
        {%- do plan.update({'released': plan.files | selectattr('entry_id', 'defined') | list, 'recorded': plan.files}) -%}
        {%- do plan.update({'files': plan.files | rejectattr('entry_id', 'defined') | list}) -%}
        {%- do plan.update({'readable': medallion.newest_files(spec, plan.files) | rejectattr('size', 'equalto', 0) | list}) -%}
    {%- else -%}
        {%- set waiting = medallion.pending_rows(spec) -%}
        {%- do plan.update({'released': waiting.files, 'seen': waiting.seen}) -%}
        {%- do plan.update({'recorded': ([medallion.database_entry()] + plan.released) if plan.released else none}) -%}
    {%- endif -%}
    {%- do medallion._plan_reads(spec, plan) -%}
    {{ return(plan) }}
{%- endmacro %}

{#- The plan before it is known what is read. -#}
{% macro _new_plan(spec) -%}
    {%- set columns = medallion._stage_columns(spec) -%}
    {{ return({
        'files': [] if spec.kind == 'files' else none, 'changed': {}, 'seen': none, 'recorded': none, 'released': [], 'native': {}, 'placed': [], 'is_empty': true, 'columns': columns, 'fields': medallion._stage_fields(spec, columns),
        'is_json': spec.format == 'json', 'envelope': spec.get('envelope'),
        'time_zone': spec.get('time_zone') or 'UTC',
    }) }}
{%- endmacro %}

{#- Adds to a plan whose files and released rows are known how they are read. -#}
{% macro _plan_reads(spec, plan) -%}
    {%- if plan.readable or plan.released or spec.kind != 'files' -%}
        {%- do plan.update({'is_empty': false, 'lines': medallion.check_files(spec, plan.readable or [])}) -%}
        {%- if not plan.is_json -%}
            {%- do plan.update({'reads': medallion.source_reads(spec, plan) if plan.readable or spec.kind != 'files' else []}) -%}
            {%- do plan.update({'native': medallion.native_fields(spec, plan), 'placed': medallion._placed_parts(spec, plan), 'carries': medallion._carries(spec, plan)}) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- The components of the sequence that are worked out once a file: all rows come from files that are listed. -#}
{% macro _placed_parts(spec, plan) -%}
    {%- set parts = [] -%}
    {%- if plan.reads | selectattr('path') | list | length == plan.reads | length and not plan.released -%}
        {%- for part in medallion._sequence_parts(spec) if part.source in medallion._file_sources() %}{% do parts.append(part) %}{% endfor -%}
    {%- endif -%}
    {{ return(parts) }}
{%- endmacro %}

{#- Whether a row may lack a column that the policy wants carried over: one of a file without it, or a released one. -#}
{% macro _carries(spec, plan) -%}
    {{ return(
        spec.get('missing_column') == 'carry'
        and (plan.released or plan.reads | map(attribute='absent') | sum(start=[]) | length > 0)
    ) }}
{%- endmacro %}

{#-
  The columns in order, keys first: name, source, type, is_key, required, lookup and `raw`, `clean`, `typed`:
  what its value is called as received, cleaned and typed. Raw bronze keeps every column as text.
-#}
{% macro _stage_columns(spec) -%}
    {%- set columns = [] -%}
    {%- for name, column in spec['columns'].items() -%}
        {%- do columns.append({
            'name': name, 'source': column.get('source') or name, 'is_key': name in spec['keys'],
            'type': 'text' if spec.get('bronze') == 'raw' else column['type'],
            'required': column.get('required', false),
            'lookup': column.get('lookup') if spec.get('bronze') == 'cleansed' else none,
            'raw': '_r_' ~ name, 'clean': '_c_' ~ name, 'typed': '_t_' ~ name,
        }) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{#-
  What is taken from a source row: name in the SELECT -> path or column of the source. Of an envelope the
  columns come from the row image; keys also from the image before, for deletes.
-#}
{% macro _stage_fields(spec, columns) -%}
    {%- set fields = {} -%}
    {%- set image = 'after.' if spec.get('envelope') else '' -%}
    {%- for column in columns -%}
        {%- do fields.update({column.raw: image ~ column.source}) -%}
        {%- if column.is_key and spec.get('envelope') -%}
            {%- do fields.update({'_b_' ~ column.name: 'before.' ~ column.source}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if spec.get('operation') -%}
        {%- do fields.update({'_op_code': spec.operation.source}) -%}
    {%- endif -%}
    {%- for part in medallion._sequence_parts(spec) if part.source not in medallion._file_sources() -%}
        {%- do fields.update({part.raw: part.source}) -%}
    {%- endfor -%}
    {%- for time in spec.get('event_time') or [] -%}
        {%- do fields.update({'_time_' ~ loop.index: time.source}) -%}
    {%- endfor -%}
    {{ return(fields) }}
{%- endmacro %}

{#- The components of the sequence, the epoch first: source, type, nullable, and how each is called. -#}
{% macro _sequence_parts(spec) -%}
    {%- set parts = [] -%}
    {%- for part in ([spec.epoch] if spec.get('epoch') else []) + (spec.get('sequence') or []) -%}
        {%- do parts.append({
            'source': part.source, 'type': part['type'], 'nullable': part.get('nullable', false),
            'raw': '_part_' ~ loop.index, 'typed': '_rank_' ~ loop.index,
        }) -%}
    {%- endfor -%}
    {{ return(parts) }}
{%- endmacro %}

{#- Sequence components that do not stand in the row: what they are is known from the file or the run. -#}
{% macro _file_sources() -%}
    {{ return({
        '_file_time': '_modified_at',
        '_file_name': "regexp_replace(_file, '^.*/', '')",
        '_file_number': medallion.digits("regexp_replace(_file, '^.*/', '')"),
        '_run_started_at': medallion.run_started(),
        '_read_order': medallion.sort_text('_modified_at', 'timestamp') ~ " || ' ' || coalesce(_file, '')",
    }) }}
{%- endmacro %}
