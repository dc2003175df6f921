{#-
  How the source is read: entries as csv_reads returns them, for tables one without files. Each gets
  `sql` (field of plan.fields -> column of the source), `absent` (columns it lacks) and `extra` (columns that
  the metadata does not know).
-#}
{% macro source_reads(spec, plan) -%}
    {%- if spec.format == 'csv' -%}
        {%- set reader = spec.get('reader') or spec.system ~ '__' ~ spec.object -%}
        {%- set reads = medallion.csv_reads(plan.readable, plan.lines, plan.fields.values() | list, reader) -%}
        {%- do medallion.check_lines(spec, plan, reads) -%}
    {%- elif spec.format == 'parquet' -%}
        {%- set reads = medallion.parquet_reads(plan.readable) -%}
    {%- else -%}
        {%- set location = medallion.location(spec.system, spec.get('location')) -%}
        {%- if spec.format == 'delta' -%}{%- set location = location.rstrip('/') ~ '/' ~ spec.source -%}{%- endif -%}
        {%- set relation = medallion.table_relation(spec.system, spec.format if spec.kind != 'catalog' else 'catalog', location, spec.source) -%}
        {%- set reads = [{'relation': relation, 'columns': medallion.relation_columns(relation), 'files': plan.files or []}] -%}
    {%- endif -%}
    {%- for read in reads -%}
        {%- do medallion._match_fields(spec, plan, read) -%}
    {%- endfor -%}
    {%- do medallion._check_columns(spec, plan, reads) -%}
    {{ return(reads) }}
{%- endmacro %}

{#- A source column is found by its exact name, else whatever its case. -#}
{% macro _match_fields(spec, plan, read) -%}
    {%- set by_case = {} -%}
    {%- for name in read['columns'] %}{% do by_case.setdefault(name | lower, name) %}{% endfor -%}
    {%- do read.update({'sql': {}, 'absent': [], 'extra': {}}) -%}
    {%- set used = [] -%}
    {%- for field, source in plan.fields.items() -%}
        {%- set name = source if source in read['columns'] else by_case.get(source | lower) -%}
        {%- if name is none -%}
            {%- do read.absent.append(field) -%}
        {%- else -%}
            {%- do used.append(name) -%}
            {%- do read['sql'].update({field: read['columns'][name]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name, column in read['columns'].items() if name not in used -%}
        {%- do read.extra.update({name: column}) -%}
    {%- endfor -%}
{%- endmacro %}

{% macro _rename_hint(plan, read, name) -%}
    {%- set successor = medallion.renamed_to(plan.seen, read, name) -%}
    {{ return(" ('" ~ successor ~ "' stands in its place: was it renamed?)" if successor else '') }}
{%- endmacro %}

{#- Keys, sequence and operation must be there; the rest by policy. All faults of all files in one error. -#}
{% macro _check_columns(spec, plan, reads) -%}
    {%- set faults = [] -%}
    {%- set payload = {} -%}
    {#- A full-load file of DMS has no operation column, unless the task asks for one. -#}
    {%- set defaulted = '_op_code' if (spec.get('operation') or {}).get('when_null') -%}
    {%- for column in plan.columns if not column.is_key %}{% do payload.update({column.raw: column}) %}{% endfor -%}
    {%- for read in reads -%}
        {%- set place = spec.source if not read.files or not read.path else read.files | map(attribute='file') | join(', ') -%}
        {%- for field in read.absent if not field.startswith('_time_') and field != defaulted -%}
            {%- if field not in payload or (spec.get('missing_column') or 'fail') == 'fail' -%}
                {%- do faults.append("MED-STG-004 " ~ place ~ ": no column '" ~ plan.fields[field] ~ "'; it has " ~ read['columns'].keys() | join(', ')
                    ~ medallion._rename_hint(plan, read, plan.fields[field])
                    ~ (". Deliver the column, correct source_column in columns.csv, or set missing_column to null or carry"
                        if field in payload else ". Keys, sequence and operation cannot be left out: deliver it, or correct the metadata")) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if read.extra and spec.get('new_column') == 'fail' -%}
            {%- do faults.append("MED-STG-005 " ~ place ~ ": columns that the metadata does not know: " ~ read.extra.keys() | join(', ')
                ~ ". Add them (medallion add " ~ spec.system ~ '.' ~ spec.object ~ " --refresh), or set new_column to rescue or ignore") -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if faults -%}
        {{ exceptions.raise_compiler_error(spec.system ~ '.' ~ spec.object ~ ': nothing was read.\n' ~ faults | join('.\n') ~ '.') }}
    {%- endif -%}
{%- endmacro %}
