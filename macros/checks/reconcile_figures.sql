{#-
  One SELECT of one row: what the source of an object has now beside the live rows of bronze. `spec` is what
  reconcile's own spec makes of an object, `files` and `reads` are what reconcile_files found, `table` is the
  relation of the live rows. Source and bronze are read once each. Keys: missing (in the source, not live),
  extra (live, not in the source), changed (on both sides with different totals), held (the source's row is
  rejected or dropped, an older one is live). An object without keys has rows and sums only.
-#}
{% macro reconcile_figures(spec, files, reads, table) -%}
with {{ medallion._reconcile_keys(spec, files, reads, table) }}
select
    {{ medallion.literal(spec.name) }} as object_name,
    sum(_rows) as source_rows, sum(_live) as bronze_rows, sum(_rejected) as rejected_rows, sum(_dropped) as dropped_rows,
    sum(_accepted) as accepted_rows,
    count(case when _accepted > 0 then 1 end) as accepted_keys,
    count(case when _is_missing then 1 end) as missing_keys,
    count(case when _is_missing and _accepted = 0 then 1 end) as missing_explained,
    count(case when _is_extra then 1 end) as extra_keys,
    count(case when _is_changed then 1 end) as changed_keys,
    count(case when _is_held then 1 end) as held_keys,
    {{ medallion._reconcile_sums(spec, '_all') }} as source_sums,
    {{ medallion._reconcile_sums(spec, '_bronze') }} as bronze_sums,
    {{ medallion._reconcile_sums(spec, '_source') }} as expected_sums,
    {{ medallion._reconcile_sums(spec, '_bronze', 'not _is_held') }} as comparable_sums
from judged_keys
{%- endmacro %}

{#-
  SELECT of the first keys of each kind of difference: object_name, kind, key_text, place (from 1), is_explained,
  and the totals on both sides as JSON. Missing keys that nothing explains come first.
-#}
{% macro reconcile_examples(spec, files, reads, table, limit) -%}
{%- set text = medallion.sql_type('text') -%}
with {{ medallion._reconcile_keys(spec, files, reads, table) }},
different as (
    select
        *,
        case when _is_missing then 'missing' when _is_extra then 'extra' when _is_changed then 'changed' end as _kind,
        _is_missing and _accepted = 0 as _is_explained
    from judged_keys
    where _is_missing or _is_extra or _is_changed
),
placed as (
    select
        *,
        row_number() over (
            partition by _kind order by _is_explained, {{ medallion.column_list(spec['keys']) }}
        ) as _place
    from different
)
select
    {{ medallion.literal(spec.name) }} as object_name, _kind as kind,
    concat_ws('|'{% for key in spec['keys'] %}, cast({{ key }} as {{ text }}){% endfor %}) as key_text,
    _place as place, _is_explained as is_explained,
    {{ medallion._totals_as_json(spec, '_source') }} as source_totals,
    {{ medallion._totals_as_json(spec, '_bronze') }} as bronze_totals
from placed
where _place <= {{ limit }}
{%- endmacro %}

{#-
  CTEs up to `judged_keys`: one row per key (rows without a readable key are one of their own; without keys all
  rows are one) with how often each side has it, and its totals: `_all` of every row of the source,
  `_source` of the row that bronze should hold, `_bronze` of the one that it holds.
-#}
{% macro _reconcile_keys(spec, files, reads, table) -%}
{%- set keys = spec['keys'] -%}
{%- set of_key = 'max' if keys else 'sum' -%}
{%- set known = medallion.columns_known(keys) if keys else '1 = 0' -%}
{{ medallion._reconcile_source(spec, files, reads) }}
sides as (
    select
        {% for key in keys %}{{ key }}, {% endfor %}_reject_reason, _rank = 1 as _is_newest, 0 as _is_live
        {%- for name in spec.totals %}, _total_{{ loop.index }}{% endfor %}
    from source_rows
    union all
    select
        {% for key in keys %}{{ key }}, {% endfor %}cast(null as {{ medallion.sql_type('text') }}), false, 1
        {%- for total in spec.totals.values() %}, {{ medallion._total_value(spec, total) }}{% endfor %}
    from {{ table }}
),
counted_keys as (
    select
        {% for key in keys %}{{ key }}, {% endfor %}
        coalesce(sum(1 - _is_live), 0) as _rows, coalesce(sum(_is_live), 0) as _live,
        count(case when _is_live = 0 and _reject_reason is null then 1 end) as _accepted,
        count(case when _reject_reason <> 'dropped' then 1 end) as _rejected,
        count(case when _reject_reason = 'dropped' then 1 end) as _dropped
        {%- for name in spec.totals %},
        sum(case when _is_live = 0 then _total_{{ loop.index }} end) as _all_{{ loop.index }},
        {{ of_key }}(case when _is_newest and _reject_reason is null then _total_{{ loop.index }} end) as _source_{{ loop.index }},
        {{ of_key }}(case when _is_live = 1 then _total_{{ loop.index }} end) as _bronze_{{ loop.index }}
        {%- endfor %}
    from sides
    {%- if keys %}
    group by {{ medallion.column_list(keys) }}
    {%- endif %}
),
judged_keys as (
    select
        *,
        {{ known }} and _rows > 0 and _live = 0 as _is_missing,
        {{ known }} and _rows = 0 and _live > 0 as _is_extra,
        {{ known }} and _accepted = 0 and _rows > 0 and _live > 0 as _is_held,
        {{ known }} and _accepted > 0 and _live > 0 and (
            {%- for name in spec.totals %}_source_{{ loop.index }} is distinct from _bronze_{{ loop.index }}{{ ' or ' if not loop.last }}
            {%- else %}1 = 0{% endfor -%}
        ) as _is_changed
    from counted_keys
)
{%- endmacro %}

{#-
  CTE `source_rows`: keys, totals and reject reason of what the source says. Of several accepted rows of a key the
  one of `_rank` 1 counts: by watermark where the load takes the newest, else they say the same. Of a snapshot by
  scopes a row counts when its file is of the last snapshot of its scope.
-#}
{% macro _reconcile_source(spec, files, reads) -%}
{%- set keys = spec['keys'] -%}
{%- if reads %}
snapshot_reads (_scope, _file) as (
    values
    {%- for read in reads %}
    ({{ medallion.literal(read.scope) }}, {{ medallion.literal(read.file) }}){{ ',' if not loop.last }}
    {%- endfor %}
),
{%- endif %}
source_rows as (
    select
        {% for key in keys %}s.{{ key }}, {% endfor %}s._reject_reason,
        {%- for total in spec.totals.values() %}
        {{ medallion._total_value(spec, total, 's.') }} as _total_{{ loop.index }},
        {%- endfor %}
        {% if spec.get('newest_by') -%}
        row_number() over (
            partition by {{ medallion.column_list(keys, 's') }}, case when s._reject_reason is null then 0 else 1 end
            order by s._sequence desc nulls last, {{ medallion.payload_descending(spec.newest_by, 's') }}
        )
        {%- else -%}1{%- endif %} as _rank
    from (
        {{ medallion.stage_whole(spec.stage, files) | indent(8) }}
    ) as s
    {%- if reads %}
    where not ({{ medallion._scope_known(spec) }}) or exists (
        select 1 from snapshot_reads as r
        where r._scope = {{ medallion.scope_value(spec, 's') }} and r._file = s._source_file
    )
    {%- endif %}
),
{%- endmacro %}

{#- A rejected row whose scope cannot be read counts, whichever file it came in. -#}
{% macro _scope_known(spec) -%}
s._reject_reason is null or (
    {%- for column in spec.scope %}s.{{ column }} is not null{{ ' and ' if not loop.last }}{% endfor -%}
)
{%- endmacro %}

{#- A control total's value as a number that sums without overflow. `total`: column, type, stored. -#}
{% macro _total_value(spec, total, alias='') -%}
    {%- set column = alias ~ total.column -%}
    {%- set number = medallion.cast_safely(column, total['type'], spec.time_zone) if total.stored == 'text' else column -%}
    {{ return('cast(' ~ number ~ ' as decimal(38,0))' if total['type'].split('@')[0] in ['integer', 'bigint'] else number) }}
{%- endmacro %}

{#- The sums of one group of totals over all keys as JSON {column: text}; of no row they are 0. -#}
{% macro _reconcile_sums(spec, group, condition=none) -%}
    {%- set sums = {} -%}
    {%- for name in spec.totals -%}
        {%- set value = group ~ '_' ~ loop.index -%}
        {%- do sums.update({name: 'cast(coalesce(sum('
            ~ ('case when ' ~ condition ~ ' then ' ~ value ~ ' end' if condition else value)
            ~ '), 0) as ' ~ medallion.sql_type('text') ~ ')'}) -%}
    {%- endfor -%}
    {{ return(medallion.json_row(sums) if sums else 'cast(null as ' ~ medallion.sql_type('text') ~ ')') }}
{%- endmacro %}

{#- The totals of one key as JSON {column: text}, nulls left out. -#}
{% macro _totals_as_json(spec, group) -%}
    {%- set values = {} -%}
    {%- for name in spec.totals -%}
        {%- do values.update({name: 'cast(' ~ group ~ '_' ~ loop.index ~ ' as ' ~ medallion.sql_type('text') ~ ')'}) -%}
    {%- endfor -%}
    {{ return(medallion.json_row(values) if values else 'cast(null as ' ~ medallion.sql_type('text') ~ ')') }}
{%- endmacro %}
