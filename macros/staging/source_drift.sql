{#-
  What record_staged must know of the source, as one line of JSON: `columns` ([name, type]
  each, as the engine sees them; none of JSON lines), `events` (drift that can be told without its rows), `known` (fields
  whose values are typed), and whether rows may be rescued or rejected for their types.
#}
{% macro source_seen_comment(spec, plan) -%}
    {%- set known = [] -%}
    {%- for column in plan.columns if column['type'] != 'text' %}{% do known.append(column.source) %}{% endfor -%}
    {{- tojson({
        'columns': medallion._columns_seen(plan.reads[-1]) if plan.reads else none,
        'events': medallion.source_drift(spec, plan), 'known': known + [''],
        'rescues': spec.get('new_column') != 'ignore' or (spec.get('type_change') or 'rescue') == 'rescue',
        'rejects': spec.get('type_change') == 'reject',
    }) -}}
{%- endmacro %}

{#-
  How the source differs from what was seen of it last, a mapping an event: change, column, policy, said (what was
  seen first), file. A column that was missing before is not told again.
#}
{% macro source_drift(spec, plan) -%}
    {%- set events = [] -%}
    {%- for file, said in plan.changed.items() -%}
        {%- do events.append({'change': 'changed_file', 'column': none, 'policy': 'load again', 'said': said, 'file': file}) -%}
    {%- endfor -%}
    {%- set before = {'columns': plan.seen} -%}
    {%- for read in plan.reads or [] -%}
        {%- set now = medallion._columns_seen(read) -%}
        {%- set file = (read.files | first).file if read.files else none -%}
        {%- for event in medallion._missing_columns(spec, plan, read, before['columns']) + medallion._moved_columns(before['columns'], now) -%}
            {%- do events.append(dict({'column': none, 'policy': none, 'file': file}, **event)) -%}
        {%- endfor -%}
        {%- do before.update({'columns': now}) -%}
    {%- endfor -%}
    {{ return(events) }}
{%- endmacro %}

{% macro _columns_seen(read) -%}
    {%- set columns = [] -%}
    {%- for name, column in read['columns'].items() %}{% do columns.append([name, column['type']]) %}{% endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{#- A column that is gone, and the one that stands in its place now, if there is one. -#}
{% macro _missing_columns(spec, plan, read, before) -%}
    {%- set events = [] -%}
    {%- set names = (before or []) | map('first') | map('lower') | list -%}
    {%- for column in plan.columns if column.raw in read.absent and (not before or column.source | lower in names) -%}
        {%- set successor = medallion.renamed_to(before, read, column.source) -%}
        {%- do events.append({
            'change': 'renamed_column' if successor else 'missing_column', 'column': column.source,
            'policy': spec.get('missing_column') or 'fail', 'said': successor,
        }) -%}
    {%- endfor -%}
    {{ return(events) }}
{%- endmacro %}

{#
  The column that a missing one is called now, none where that cannot be told: one that the source did not have
  before, behind the column that the missing one stood behind.
#}
{% macro renamed_to(before, read, name) -%}
    {%- set old = (before or []) | map('first') | list -%}
    {%- set now = read['columns'].keys() | list -%}
    {%- set found = [] -%}
    {%- for column in old if column | lower == name | lower -%}
        {%- set left = old[old.index(column) - 1] if old.index(column) else none -%}
        {%- set place = now.index(left) + 1 if left in now else (0 if left is none else now | length) -%}
        {%- if place < now | length and now[place] not in old and now[place] in read.extra -%}
            {%- do found.append(now[place]) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found[0] if found else none) }}
{%- endmacro %}

{#- Columns in another order, and columns of another type, widened or narrowed. -#}
{% macro _moved_columns(before, now) -%}
    {%- set events = [] -%}
    {%- set types = dict(now) -%}
    {%- set stayed = (before or []) | map('first') | select('in', types) | list -%}
    {%- set order = now | map('first') | select('in', stayed) | list -%}
    {%- if order != stayed -%}
        {%- do events.append({'change': 'reordered_columns', 'said': order | join(', ') ~ ' (before: ' ~ stayed | join(', ') ~ ')'}) -%}
    {%- endif -%}
    {%- for name, type in before or [] if name in types and types[name] != type -%}
        {%- set change = medallion.type_change(type, types[name], false) -%}
        {%- do events.append({
            'change': {'widen': 'widened_type', 'keep': 'narrowed_type'}.get(change, 'retyped_column'),
            'column': name, 'said': types[name] ~ ' (before: ' ~ type ~ ')',
        }) -%}
    {%- endfor -%}
    {{ return(events) }}
{%- endmacro %}
