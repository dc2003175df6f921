{#-
  The files that wait to be read, as list_files describes them: those that match the object's source and
  are not known with this size and time to every bronze table fed from it. A changed file waits again;
  var medallion__replay makes all files wait. A Delta table waits as long as a commit of it is not known.
-#}
{% macro pending_files(spec) -%}
    {%- set location = medallion.location(spec.system, spec.location) -%}
    {%- set source = spec.source.rstrip('/') ~ '/_delta_log/*.json' if spec.format == 'delta' else spec.source -%}
    {%- set found = medallion.list_files(location, source) -%}
    {%- set memory = medallion._file_memory(spec) -%}
    {%- set known = {} if medallion.is_replay(spec) else memory.known -%}
    {%- if not found and flags.WHICH in ['build', 'run', 'retry'] -%}
        {%- do medallion._no_file(spec, location, known) -%}
    {%- endif -%}
    {%- set pending = [] -%}
    {%- for file in found + memory.released if known.get(file.file) != file.size ~ ' ' ~ file.modified_at -%}
        {%- do pending.append(file) -%}
    {%- endfor -%}
    {{ return(pending) }}
{%- endmacro %}

{#-
  A full load without its snapshot is refused. For the others no file is an empty batch; where none was ever
  loaded, it is most likely a wrong name, so a warning says so.
-#}
{% macro _no_file(spec, location, known) -%}
    {%- set found = "MED-STG-001 " ~ spec.system ~ '.' ~ spec.object ~ ": no file matches '" ~ spec.source ~ "' in the folder '" ~ location ~ "'" -%}
    {%- set mend = "Put the file there, correct `source` in seeds/control/objects.csv or `location` in systems.csv, or set "
        ~ "MEDALLION_LOCATION_" ~ (spec.system | upper) ~ " to the folder that holds it." -%}
    {%- if spec.load == 'full' -%}
        {{ exceptions.raise_compiler_error(
            found ~ '; a full load without its snapshot would look like an empty table, so nothing was read.\n' ~ mend
        ) }}
    {%- elif not known -%}
        {%- do exceptions.warn(found ~ ', and none was ever loaded.\n' ~ mend) -%}
    {%- endif -%}
{%- endmacro %}

{# The released rows of the quarantine that wait to be read by a load of a database's table. -#}
{% macro pending_rows(spec) -%}
    {%- set memory = medallion._file_memory(spec) -%}
    {%- set pending = [] -%}
    {%- for row in memory.released if medallion.is_replay(spec) or memory.known.get(row.file) != row.size ~ ' ' ~ row.modified_at -%}
        {%- do pending.append(row) -%}
    {%- endfor -%}
    {{ return(pending) }}
{%- endmacro %}

{# The entry of loaded_files that says that a source without files was read. -#}
{% macro database_entry() -%}
    {{ return({'file': '', 'size': 0, 'modified_at': run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f')}) }}
{%- endmacro %}

{#-
  What is remembered of an object: `known`, file -> 'size time' of those whose last entry is the same in every
  bronze table of it, and `released`, rows of the quarantine that wait like files: {file: 'quarantine:<id>', entry_id,
  size, modified_at: when they were released}. Released rows of a snapshot are not read: it comes again as a whole.
-#}
{% macro _file_memory(spec) -%}
    {%- set table = medallion.ops_relation('loaded_files') -%}
    {%- set memory = {'known': {}, 'released': []} -%}
    {%- if adapter.get_relation(table.database, table.schema, table.identifier) is none -%}{{ return(memory) }}{%- endif -%}
    {%- set text = medallion.sql_type('text') -%}
    {%- set query -%}
        select file, size, cast(modified_at as {{ text }}) as modified_at, max(load_id) as last_load
        from {{ table }}
        where system = {{ medallion.literal(spec.system) }} and object = {{ medallion.literal(spec.object) }}
            and model in ({% for model in spec.models %}{{ medallion.literal(model) }}{{ ', ' if not loop.last }}{% endfor %})
            and file is not null
        group by file, size, modified_at
        having count(distinct model) = {{ spec.models | length }}
        {%- if spec.load != 'full' %}
        union all
        select 'released:' || entry_id, 0, cast(decided_at as {{ text }}), null
        from ({{ medallion.last_decisions() }}) as decisions
        where decision = 'release'
            and system = {{ medallion.literal(spec.system) }} and object = {{ medallion.literal(spec.object) }}
        {%- endif %}
        order by last_load, file
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
        {%- set time = medallion._with_microseconds(row[2] | string) -%}
        {%- if row[3] is none -%}
            {%- set entry = row[0].split(':')[1] -%}
            {%- do memory.released.append({'file': 'quarantine:' ~ entry, 'entry_id': entry, 'size': 0, 'modified_at': time}) -%}
        {%- else -%}
            {%- do memory.known.update({row[0]: (row[1] | int) ~ ' ' ~ time}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(memory) }}
{%- endmacro %}

{% macro _with_microseconds(time) -%}
    {{ return((time if '.' in time else time ~ '.').ljust(26, '0')) }}
{%- endmacro %}

{# The files as one line of JSON: file, size, modified_at. #}
{% macro files_comment(files) -%}
    {%- set entries = [] -%}
    {%- for file in files -%}
        {%- do entries.append({'file': file.file, 'size': file.size, 'modified_at': file.modified_at}) -%}
    {%- endfor -%}
    {{- tojson(entries) -}}
{%- endmacro %}
