{#-
  The files that stand for the source of each of `requests` (name, spec: as `stage` gets it, and of a snapshot reader,
  model, by_scope), in one statement: name -> mapping of files (as pending_files has them), reads (scope, file of its
  last snapshot; none without scopes) and faults (why a file of the snapshot cannot be read as it was). A snapshot's
  files are those of the last read that its bronze table applied, of each scope the last; without a snapshot
  all files that match the source.
-#}
{% macro reconcile_files(requests) -%}
    {%- set parts = [] -%}
    {%- for request in requests -%}
        {%- do parts.append(medallion._files_asked(request)) -%}
    {%- endfor -%}
    {%- set rows = run_query(parts | join('\nunion all\n') ~ '\norder by object_name, kind, file, scope').rows if parts else [] -%}
    {%- set answers = {} -%}
    {%- for request in requests -%}
        {%- do answers.update({request.name: medallion._files_answered(request, rows)}) -%}
    {%- endfor -%}
    {{ return(answers) }}
{%- endmacro %}

{% macro _files_asked(request) -%}
{%- set text = medallion.sql_type('text') -%}
{%- set name = medallion.literal(request.name) -%}
{%- set location = medallion.location(request.spec.system, request.spec.location) -%}
select {{ name }} as object_name, 'found' as kind, '' as scope, path as file, size, modified_at
from ({{ medallion.files_listed(location, request.spec.source) }}) as listed
{%- if request.get('reader') %}
union all
select {{ name }}, 'applied', b.scope, f.file, f.size, cast(f.modified_at as {{ text }})
from (
    select l.scope, max(r.load_id) as load_id
    from (
        select {{ 'scope' if request.by_scope else "'' as scope" }}, max(load_id) as load_id
        from {{ medallion.ops_relation('load_state') }}
        where model = {{ medallion.literal(request.model) }}
        {%- if request.by_scope %} and scope is not null{% endif %}
        group by {{ 'scope' if request.by_scope else 'model' }}
    ) as l
    inner join {{ medallion.ops_relation('loaded_files') }} as r
        on r.model = {{ medallion.literal(request.reader) }} and r.file is not null and r.load_id <= l.load_id
    group by l.scope
) as b
inner join {{ medallion.ops_relation('loaded_files') }} as f
    on f.model = {{ medallion.literal(request.reader) }} and f.load_id = b.load_id and f.file is not null
{%- endif %}
{%- endmacro %}

{% macro _files_answered(request, rows) -%}
    {%- set found = [] -%}
    {%- set applied = [] -%}
    {%- for row in rows if row[0] == request.name -%}
        {%- do (found.append([none, row[3], row[4], row[5]]) if row[1] == 'found' else applied.append(row)) -%}
    {%- endfor -%}
    {%- set files = medallion._found_files(found, medallion.location(request.spec.system, request.spec.location)) -%}
    {%- if not request.get('reader') -%}{{ return({'files': files, 'reads': [], 'faults': []}) }}{%- endif -%}
    {%- set known = {} -%}
    {%- for file in files %}{% do known.update({file.file: file}) %}{% endfor -%}
    {%- set recorded = [] -%}
    {%- for row in applied -%}
        {%- do recorded.append({
            'file': row[3], 'size': row[4] | int, 'modified_at': medallion._with_microseconds(row[5] | string), 'scope': row[2],
        }) -%}
    {%- endfor -%}
    {%- set answer = {'files': [], 'reads': [], 'faults': []} -%}
    {#- What the read had overtaken may be gone. -#}
    {%- for entry in medallion.newest_files(request.spec, recorded) -%}
        {%- set file = known.get(entry.file) -%}
        {%- if not file or file.size != entry.size or file.modified_at != entry.modified_at -%}
            {%- do answer.faults.append(entry.file ~ (' has changed' if file else ' is gone')) -%}
        {%- elif file not in answer.files -%}
            {%- do answer.files.append(file) -%}
        {%- endif -%}
        {%- if request.by_scope %}{% do answer.reads.append({'scope': entry.scope, 'file': entry.file}) %}{% endif -%}
    {%- endfor -%}
    {{ return(answer) }}
{%- endmacro %}
