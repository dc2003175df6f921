{#-
  The CTE `refusals`: one row with every reason why this batch must not be loaded, or none. The load's
  last SELECT raises it as an error, so that a refused batch leaves the table as it was.
-#}
{% macro refusals(spec, c, back_end, stored) -%}
staged_counts as (
    select
        count(*) as _rows,
        count(case when _reject_reason <> 'dropped' then 1 end) as _rejected,
        count(case when _op = 'truncate' and _reject_reason is null then 1 end) as _truncates,
        count(case when {{ medallion._fails_a_rule(spec) }} then 1 end) as _failed
    from staged
),
{{ medallion._conflict_counts(spec, c, back_end, stored) if spec.get('conflict') == 'fail' }}
{{ medallion._late_counts(c, back_end) if spec.load == 'cdc' and stored }}
{{ medallion.snapshot_counts(spec, c, back_end, stored) if spec.load == 'full' }}
refusals as (
    select _message from (
        select nullif(concat_ws('; ',
            {{ medallion._staged_refusals(spec) | join(',\n            ') }}
            {%- if spec.get('conflict') == 'fail' %},
            {{ medallion.refusal(
                '_conflicts > 0', 'sequence_conflict', spec.system ~ '.' ~ spec.object,
                "_conflicts || ' keys have different events at one sequence; see the setting conflict'"
            ) }}
            {%- endif %}
            {%- if spec.load == 'cdc' and stored %},
            {{ medallion._late_refusal(spec) }}
            {%- endif %}
            {%- if spec.load == 'full' %},
            {{ medallion.snapshot_refusals(spec, stored) | join(',\n            ') }}
            {%- endif %}
        ), '') as _message
        from staged_counts
        {%- if spec.get('conflict') == 'fail' %} cross join conflict_counts{% endif %}
        {%- if spec.load == 'cdc' and stored %} cross join late_counts{% endif %}
        {%- if spec.load == 'full' %} cross join snapshot_counts{% endif %}
    ) as messages
    where _message is not null
)
{%- endmacro %}

{% macro _fails_a_rule(spec) -%}
    {%- for rule in spec.get('fail_rules') or [] -%}
        _failed_rules like '%|{{ rule }}|%'{{ ' or ' if not loop.last }}
    {%- else -%}1 = 0{%- endfor -%}
{%- endmacro %}

{% macro _staged_refusals(spec) -%}
    {%- set name = spec.system ~ '.' ~ spec.object -%}
    {%- set reasons = [] -%}
    {%- if spec.get('max_reject_fraction', 1.0) < 1 -%}
        {%- do reasons.append(medallion.refusal(
            '_rejected > ' ~ spec.max_reject_fraction ~ ' * _rows', 'reject_guard', name,
            "_rejected || ' of ' || _rows || ' rows are rejected, more than max_reject_fraction "
            ~ spec.max_reject_fraction ~ "; see ops.quarantine'"
        )) -%}
    {%- endif -%}
    {%- if spec.load == 'cdc' and not spec.get('truncate') -%}
        {%- do reasons.append(medallion.refusal(
            '_truncates > 0', 'truncate_not_allowed', name,
            "'the feed truncates the table; allow it with the setting truncate = true'"
        )) -%}
    {%- endif -%}
    {%- do reasons.append(medallion.refusal(
        '_failed > 0', 'expectation_failed', name,
        "_failed || ' rows break a rule whose action is fail; see _failed_rules in the staging table'"
    )) -%}
    {{ return(reasons) }}
{%- endmacro %}

{# One reason as SQL text: null unless the condition holds. `detail` is an SQL text expression. -#}
{% macro refusal(condition, reason, name, detail) -%}
    case when {{ condition }} then 'MED-LOAD-010 {{ name }} refused: {{ reason }}: ' || {{ detail }} end
{%- endmacro %}

{#- How many keys have different events at one sequence, in the batch and against what is stored. -#}
{% macro _conflict_counts(spec, c, back_end, stored) -%}
{%- set event = c['keys'] + ['_sequence'] -%}
{%- set said = event + ([] if back_end == 'table' else ['_op']) + c['columns'] + (['_not_sent'] if c['carry'] else []) -%}
conflict_counts as (
    select count(*) as _conflicts from (
        select {{ medallion.column_list(event) }} from (
            select distinct {{ medallion.column_list(said) }}
            from {{ {'ledger': 'together', 'state': 'events', 'table': 'ranked'}[back_end] }}
            {%- if back_end != 'table' %} where _op <> 'truncate'{% endif %}
            {%- if back_end == 'state' and stored %}
            union
            select {{ medallion.column_list(event) }}, 'upsert', {{ medallion.column_list(c['columns']) }} from stored
            where not _is_deleted
            {%- endif %}
        ) as told
        group by {{ medallion.column_list(event) }}
        having count(*) > 1
    ) as conflicting
),
{%- endmacro %}

{#-
  How many events are news, and how many of those are older than what is stored for their key. The
  ledger knows exact duplicates; the state takes a key whose newest event it holds already for a replay.
-#}
{% macro _late_counts(c, back_end) -%}
late_counts as (
    {%- if back_end == 'state' %}
    select coalesce(sum(_fresh_events), 0) as _news, coalesce(sum(_late_events), 0) as _late from resolved
    {%- else %}
    select
        count(*) as _news,
        count(case when e._sequence < t._newest then 1 end) as _late
    from single as e
    left join (
        select {{ medallion.column_list(c['keys']) }}, max(_sequence) as _newest
        from single where _stored = 1 group by {{ medallion.column_list(c['keys']) }}
    ) as t on {{ medallion.columns_equal(c['keys'], 'e', 't') }}
    where e._stored = 0
    {%- endif %}
),
{%- endmacro %}

{% macro _late_refusal(spec) -%}
    {%- set fraction = 2 if medallion.is_replay(spec) else spec.get('max_late_fraction', 0.95) -%}
    {{ medallion.refusal(
        '_news >= 100 and _late > ' ~ fraction ~ ' * _news', 'sequence_restarted',
        spec.system ~ '.' ~ spec.object,
        "_late || ' of ' || _news || ' events are older than what is stored for their keys;"
        ~ " a source that began anew needs the setting epoch, a late archive max_late_fraction = 1'"
    ) }}
{%- endmacro %}

{# True when the run was told to read the object's files again. -#}
{% macro is_replay(spec) -%}
    {%- set objects = var('medallion__replay', []) -%}
    {{ return('*' in objects or (spec.system ~ '.' ~ spec.object) in objects) }}
{%- endmacro %}
