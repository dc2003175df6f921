{#-
  What waits to be read: `files`, sorted, mappings of path, file (relative to the folder), size, modified_at (text,
  UTC); `changed`, the text of size and time that those were known with which have changed; `seen`, the columns that
  the source had last ([name, type] each, none where that is not known). Files wait that match the object's source and are not known with this size and time to every bronze table fed from it. A changed file waits again;
  var medallion__replay makes all files wait. A Delta table waits as long as a commit of it is not known.
-#}
{% macro pending_files(spec) -%}
    {%- set memory = medallion._file_memory(spec, medallion._source_files(spec)) -%}
    {%- if not memory.found and flags.WHICH in ['build', 'run', 'retry'] -%}
        {%- do medallion._no_file(spec, medallion.location(spec.system, spec.location), {} if medallion.is_replay(spec) else memory.known) -%}
    {%- endif -%}
    {{ return(medallion._waiting_files(spec, memory)) }}
{%- endmacro %}

{#- SELECT of the files that an object's source stands for; of a Delta table, its commits. -#}
{% macro _source_files(spec) -%}
    {%- set source = spec.source.rstrip('/') ~ '/_delta_log/*.json' if spec.format == 'delta' else spec.source -%}
    {{ return(medallion.files_listed(medallion.location(spec.system, spec.location), source)) }}
{%- endmacro %}

{#- Of what _file_memory knows, what pending_files returns. -#}
{% macro _waiting_files(spec, memory) -%}
    {%- set known = {} if medallion.is_replay(spec) else memory.known -%}
    {%- set waiting = {'files': [], 'changed': {}, 'seen': memory.seen} -%}
    {%- for file in memory.found + memory.released -%}
        {%- set now = file.size ~ ' ' ~ file.modified_at -%}
        {%- if known.get(file.file) != now -%}{%- do waiting.files.append(file) -%}{%- endif -%}
        {%- if memory.known.get(file.file, now) != now and 'entry_id' not in file -%}
            {%- do waiting.changed.update({file.file: memory.known[file.file] ~ ', now ' ~ now}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(waiting) }}
{%- endmacro %}

{#-
  The names (system.object) of those of `requests` (spec, as `stage` gets it; reader, the model that reads the source)
  for which something waits, in one statement: files, as pending_files tells them, or a full load's missing file.
-#}
{% macro objects_with_news(requests) -%}
    {%- set exist = medallion.ops_tables_exist() -%}
    {%- set parts = [] -%}
    {%- for request in requests -%}
        {%- set name = medallion.literal(request.spec.system ~ '.' ~ request.spec.object) -%}
        {%- set asked = medallion._memory_query(request.spec, request.reader, medallion._source_files(request.spec), exist) -%}
        {%- do parts.append('select ' ~ name ~ ' as object_name, m.* from (\n' ~ asked ~ '\n) as m') -%}
    {%- endfor -%}
    {%- set answers = {} -%}
    {%- for row in run_query(parts | join('\nunion all\n') ~ '\norder by object_name, kind, place, file').rows if parts -%}
        {%- do answers.setdefault(row[0], []).append(row.values()[1:]) -%}
    {%- endfor -%}
    {%- set names = [] -%}
    {%- for request in requests -%}
        {%- set name = request.spec.system ~ '.' ~ request.spec.object -%}
        {%- set memory = medallion._memory_of(request.spec, answers.get(name, [])) -%}
        {%- if medallion._waiting_files(request.spec, memory).files or (request.spec.load == 'full' and not memory.found) -%}
            {%- do names.append(name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names) }}
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

{# What waits beside a database's table, as pending_files tells it: released rows of the quarantine. -#}
{% macro pending_rows(spec) -%}
    {%- set memory = medallion._file_memory(spec) -%}
    {%- set waiting = {'files': [], 'changed': {}, 'seen': memory.seen} -%}
    {%- for row in memory.released if medallion.is_replay(spec) or memory.known.get(row.file) != row.size ~ ' ' ~ row.modified_at -%}
        {%- do waiting.files.append(row) -%}
    {%- endfor -%}
    {{ return(waiting) }}
{%- endmacro %}

{# The entry of loaded_files that says that a source without files was read. -#}
{% macro database_entry() -%}
    {{ return({'file': '', 'size': 0, 'modified_at': run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f')}) }}
{%- endmacro %}

{#- Files as pending_files returns them, from what the engine listed: Spark names a local path and a volume by URI. -#}
{% macro _found_files(rows, location) -%}
    {%- set folder = location.rstrip('/') ~ '/' -%}
    {%- set files = [] -%}
    {%- for row in rows -%}
        {%- set path = modules.re.sub('^(file|dbfs):/+', '/', row[1] | string) -%}
        {%- if path != '/dev/null' -%}
            {%- do files.append({
                'path': path, 'file': path[folder | length:] if path.startswith(folder) else path,
                'size': row[2] | int, 'modified_at': row[3] | string,
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(files) }}
{%- endmacro %}

{#-
  What is remembered of an object, and what lies in its folder where `listed` (SQL) says so, in one statement: `found`,
  files as pending_files has them; `known`, file -> 'size time' of those whose last entry is the same in every bronze
  table of it; `seen`, the columns that the source had last, and `released`, rows of the quarantine that wait like
  files: {file: 'quarantine:<id>', entry_id, size, modified_at: when they were released}. Released rows of a snapshot
  are not read: it comes again as a whole.
-#}
{% macro _file_memory(spec, listed=none) -%}
    {%- set asked = medallion._memory_query(spec, model.name, listed, medallion.ops_tables_exist()) -%}
    {{ return(medallion._memory_of(spec, run_query(asked ~ '\norder by kind, place, file').rows if asked else [])) }}
{%- endmacro %}

{#- The statement of _file_memory, unsorted; '' where there is nothing to ask. -#}
{% macro _memory_query(spec, reader, listed, tables_exist) -%}
    {%- set parts = [medallion._remembered_files(spec, reader)] if tables_exist else [] -%}
    {%- if listed -%}
        {%- do parts.append("select 'found' as kind, path as file, size, modified_at, path as place from (" ~ listed ~ ') as listed') -%}
    {%- endif -%}
    {{ return(parts | join('\nunion all\n')) }}
{%- endmacro %}

{#- What _file_memory returns, from the rows of its statement; of two entries of a file the last row counts. -#}
{% macro _memory_of(spec, rows) -%}
    {%- set found = [] -%}
    {%- set memory = {'known': {}, 'released': [], 'seen': none} -%}
    {%- for row in rows -%}
        {%- if row[0] == 'found' -%}
            {%- do found.append(row) -%}
        {%- elif row[0] == 'seen' -%}
            {%- do memory.update({'seen': fromjson(row[1])}) -%}
        {%- elif row[0] == 'released' -%}
            {%- do memory.released.append({
                'file': 'quarantine:' ~ row[1], 'entry_id': row[1], 'size': 0,
                'modified_at': medallion._with_microseconds(row[3] | string),
            }) -%}
        {%- else -%}
            {%- do memory.known.update({row[1]: (row[2] | int) ~ ' ' ~ medallion._with_microseconds(row[3] | string)}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do memory.update({'found': medallion._found_files(found, medallion.location(spec.system, spec.location)) if found else []}) -%}
    {{ return(memory) }}
{%- endmacro %}

{#- The later of two entries of a file counts. A source without files leaves entries with an empty name. -#}
{% macro _remembered_files(spec, reader) -%}
    {%- set text = medallion.sql_type('text') -%}
    select 'known' as kind, f.file, f.size, cast(f.modified_at as {{ text }}) as modified_at, max(f.load_id) as place
    from {{ medallion.ops_relation('loaded_files') }} as f
    inner join (
        {{ medallion.applied_reads(reader, spec.models) | indent(8) }}
    ) as a on f.load_id = a.load_id
    where f.model = {{ medallion.literal(reader) }} and f.file <> ''
    group by f.file, f.size, f.modified_at
    having count(distinct a.model) = {{ spec.models | length }}
    {%- if spec.format != 'json' %}
    union all
    select 'seen', columns, 0, null, ''
    from (
        select columns, row_number() over (order by load_id desc, recorded_at desc) as _rank
        from {{ medallion.ops_relation('loaded_files') }}
        where model = {{ medallion.literal(reader) }} and columns is not null
    ) as seen
    where _rank = 1
    {%- endif %}
    {%- if spec.load != 'full' %}
    union all
    select 'released', entry_id, 0, cast(decided_at as {{ text }}), entry_id
    from ({{ medallion.last_decisions() }}) as decisions
    where decision = 'release'
        and system = {{ medallion.literal(spec.system) }} and object = {{ medallion.literal(spec.object) }}
    {%- endif %}
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
