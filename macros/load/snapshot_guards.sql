{# The CTE `snapshot_counts`: what the guards of a full load look at. -#}
{% macro snapshot_counts(spec, c, back_end, stored) -%}
{%- if stored %}
stale as (
    select s._scope from scopes as s
    inner join (
        {{ medallion._applied_versions(spec, back_end) }}
    ) as a on s._scope = a._scope
    where s._version < a._version
),
{%- endif %}
snapshot_counts as (
    select
        (select count(*) from duplicates) as _duplicates,
        {%- if stored %}
        (select count(*) from stale) as _stale,
        (select count(*) from events where _op = 'delete') as _missing,
        (select count(*) from live {% if spec.get('scope') %}as t where exists (
            select 1 from scopes as v where v._scope = {{ medallion.scope_value(spec, 't') }}
        ){% endif %}) as _live,
        (select count(*) from live) as _all_live,
        (select count(*) from staged) as _present,
        {{ medallion._was_read(spec) }} as _was_read
        {%- else %}
        0 as _stale, 0 as _missing, 0 as _live, 0 as _all_live, 1 as _present, 0 as _was_read
        {%- endif %}
),
{%- endmacro %}

{#- The version applied last, per scope: from the memory of loads and from the stored rows, the greater holds. -#}
{% macro _applied_versions(spec, back_end) -%}
    select _scope, max(_version) as _version from (
        select scope as _scope, {{ medallion.cast_safely('source_version', spec.sequence_type) }} as _version
        from {{ medallion.ops_relation('load_state') }}
        where model = {{ medallion.literal(this.identifier) }} and source_version is not null
        union all
        {%- if spec.get('scope') %}
        select {{ medallion.scope_value(spec) }}, max(_sequence) from live group by 1
        {%- else %}
        select '', max({{ 'coalesce(_deleted_sequence, _sequence)' if back_end == 'state' else '_sequence' }}) from stored
        {%- endif %}
    ) as versions
    group by _scope
{%- endmacro %}

{% macro _was_read(spec) -%}
    {%- if spec.get('staging') -%}
    (
        select count(*) from {{ medallion.ops_relation('loaded_files') }}
        where model = {{ medallion.literal(spec.staging) }} and file is not null
            and load_id = {{ medallion.last_staged_load(spec.staging) }}
    )
    {%- else -%}(select count(*) from staged){%- endif -%}
{%- endmacro %}

{# The refusals of a full load as SQL texts. -#}
{% macro snapshot_refusals(spec, stored) -%}
    {%- set name = spec.system ~ '.' ~ spec.object -%}
    {%- set fraction = spec.get('max_delete_fraction') -%}
    {%- set too_many = ('_missing > ' ~ fraction ~ ' * _live') if fraction is not none
        else '_missing > 0.2 * _live and _missing > 20' -%}
    {%- set empty = 'false' if spec.get('allow_empty') else '_was_read > 0 and _present = 0 and _all_live > 0' -%}
    {{ return([
        medallion.refusal('_duplicates > 0', 'duplicate_key', name,
            "_duplicates || ' keys have two different rows in the snapshot'"),
        medallion.refusal('_stale > 0', 'stale_version', name,
            "'the snapshot is older than the one applied last'"),
        medallion.refusal(empty, 'empty_snapshot', name,
            "'the snapshot has no rows while the table has ' || _all_live || '; allow it with the setting allow_empty = true'"),
        medallion.refusal('_present > 0 and ' ~ too_many, 'delete_guard', name,
            "_missing || ' of ' || _live || ' keys are missing; see the setting max_delete_fraction'"),
    ]) }}
{%- endmacro %}
