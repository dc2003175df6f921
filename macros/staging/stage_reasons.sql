{#- Why a row is rejected before any expectation is asked, null when it is not; the first reason wins. -#}
{% macro _base_reason(spec, plan) -%}
{%- set keys = [] -%}
{%- for column in plan.columns if column.is_key %}{% do keys.append(column.clean ~ ' is null') %}{% endfor -%}
case
    when _is_malformed then 'malformed'
    when _op is null then 'unknown_op'
    when _op = 'ignore' then null
    {%- if keys %}
    when _op <> 'truncate' and ({{ keys | join(' or ') }}) then 'null_key'
    {%- endif %}
    {%- set absent = medallion._absent_parts(spec, plan) %}
    {%- if absent %}
    when {{ absent | join(' or ') }} then 'null_sequence'
    {%- endif %}
    {%- set uncast = medallion._rejecting_casts(spec, plan) %}
    {%- if uncast %}
    when {{ uncast | join('\n        or ') }} then 'cast_error'
    {%- endif %}
    {%- if spec.get('placeholder') and not spec.get('partial_updates') %}
    when _is_unavailable then 'unavailable_value'
    {%- endif %}
end
{%- endmacro %}

{#- A position that may be null may be so in a snapshot read only; of Debezium those are known by their code. -#}
{% macro _absent_parts(spec, plan) -%}
    {%- set absent = [] -%}
    {%- for part in medallion._sequence_parts(spec) -%}
        {%- set value = part.typed if part.source in medallion._file_sources() else part.raw -%}
        {%- if not part.nullable -%}
            {%- do absent.append(value ~ ' is null') -%}
        {%- elif plan.envelope -%}
            {%- do absent.append('(' ~ value ~ " is null and _op_code <> 'r')") -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(absent) }}
{%- endmacro %}

{#- Values whose failed cast rejects the row: keys, sequence, required columns (null ones too), by policy all. -#}
{% macro _rejecting_casts(spec, plan) -%}
    {%- set failed = [] -%}
    {%- for column in plan.columns -%}
        {%- set uncast = medallion._is_uncast(column) -%}
        {%- if column.is_key and column['type'] != 'text' -%}
            {%- do failed.append(uncast) -%}
        {%- elif column.required and not column.is_key -%}
            {%- do failed.append("(_op = 'upsert' and " ~ column.typed ~ ' is null' ~ (
                " and coalesce(_not_sent, '') not like '%|" ~ column.name ~ "|%'" if medallion._has_not_sent(spec, plan) else ''
            ) ~ ')') -%}
        {%- elif spec.get('type_change') == 'reject' and column['type'] != 'text' -%}
            {%- do failed.append("(_op = 'upsert' and " ~ uncast ~ ')') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for part in medallion._sequence_parts(spec) if part.source not in medallion._file_sources() and part['type'] != 'text' -%}
        {%- do failed.append('(' ~ part.raw ~ ' is not null and ' ~ part.typed ~ ' is null)') -%}
    {%- endfor -%}
    {{ return(failed) }}
{%- endmacro %}

{#- Whether rows of this object can leave columns out. -#}
{% macro _has_not_sent(spec, plan) -%}
    {{ return(true if spec.get('partial_updates') or spec.get('ignore_null') or plan.carries else false) }}
{%- endmacro %}

{#- Policies that stop the load: conditions that hold, or raise an error that names row and column. -#}
{% macro _policy_refusals(spec, plan) -%}
    {%- set where = [] -%}
    {%- set name = spec.system ~ '.' ~ spec.object -%}
    {%- set place = "coalesce(_file, '') || coalesce(' line ' || _line, '')" -%}
    {%- if spec.get('type_change') == 'fail' -%}
        {%- for column in plan.columns if not column.is_key and not column.required and column['type'] != 'text' -%}
            {%- do where.append("case when _op = 'upsert' and " ~ medallion._is_uncast(column) ~ ' then ' ~ medallion.raise_error(
                "'MED-STG-006 " ~ name ~ ": column " ~ column.name ~ " is " ~ column['type'] ~ ", but ' || " ~ place ~ " || ' has ' || "
                ~ medallion.field_text(plan, column.raw) ~ " || '; correct the file, change the type, or set type_change to rescue or reject'"
            ) ~ ' else true end') -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if spec.get('new_column') == 'fail' -%}
        {%- do where.append("case when _unknown is not null then " ~ medallion.raise_error(
            "'MED-STG-005 " ~ name ~ ": ' || " ~ place ~ " || ' has fields that the metadata does not know: ' || _unknown || '; add them to columns.csv, or set new_column to rescue or ignore'"
        ) ~ ' else true end') -%}
    {%- endif -%}
    {{ return(where) }}
{%- endmacro %}
