{#-
  The files that wait to be read, as list_files describes them: those that match the object's source and
  are not known with this size and time to every bronze table fed from it. A changed file waits again;
  var medallion__replay makes all files wait. A Delta table waits as long as a commit of it is not known.
-#}
{% macro pending_files(spec) -%}
    {%- set location = medallion.location(spec.system, spec.location) -%}
    {%- set source = spec.source.rstrip('/') ~ '/_delta_log/*.json' if spec.format == 'delta' else spec.source -%}
    {%- set found = medallion.list_files(location, source) -%}
    {%- set known = {} if medallion.is_replay(spec) else medallion._known_files(spec) -%}
    {%- if not found and flags.WHICH in ['build', 'run', 'retry'] -%}
        {%- do medallion._no_file(spec, location, known) -%}
    {%- endif -%}
    {%- set pending = [] -%}
    {%- for file in found if known.get(file.file) != file.size ~ ' ' ~ file.modified_at -%}
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

{#- Files whose last entry is the same in every bronze table of the object: file -> 'size time'. -#}
{% macro _known_files(spec) -%}
    {%- set table = medallion.ops_relation('loaded_files') -%}
    {%- set known = {} -%}
    {%- if adapter.get_relation(table.database, table.schema, table.identifier) is none -%}{{ return(known) }}{%- endif -%}
    {%- set query -%}
        select file, size, cast(modified_at as {{ medallion.sql_type('text') }}), max(load_id) as last_load
        from {{ table }}
        where system = {{ medallion.literal(spec.system) }} and object = {{ medallion.literal(spec.object) }}
            and model in ({% for model in spec.models %}{{ medallion.literal(model) }}{{ ', ' if not loop.last }}{% endfor %})
            and file is not null
        group by file, size, modified_at
        having count(distinct model) = {{ spec.models | length }}
        order by last_load
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
        {%- do known.update({row[0]: (row[1] | int) ~ ' ' ~ medallion._with_microseconds(row[2] | string)}) -%}
    {%- endfor -%}
    {{ return(known) }}
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
