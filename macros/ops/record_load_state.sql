{#-
  Post-hook of a bronze table: remembers what the load applied (watermark, source version, live keys,
  fingerprint of the load's definition). Nothing is written for a run that had nothing to read.
-#}
{% macro record_load_state() -%}
    {%- set about = (config.get('meta') or {}).get('medallion') -%}
    {%- if execute and about and config.get('materialized') != 'view' -%}
        {{ medallion._insert_load_state(about, this) }}
    {%- endif -%}
{%- endmacro %}

{% macro _insert_load_state(about, table) -%}
    {%- set text = medallion.sql_type('text') -%}
    {%- set load = about.fingerprint.load -%}
    insert into {{ medallion.ops_relation('load_state') }}
        (system, object, model, load_id, watermark, source_version, scope, live_keys, fingerprint, recorded_at)
    select
        {{ medallion.literal(about.system) }}, {{ medallion.literal(about.object) }},
        {{ medallion.literal(table.identifier) }}, '{{ medallion.load_id() }}',
        {{ medallion._watermark_applied(about, table) if load == 'delta' else 'null' }},
        cast(v._version as {{ text }}), v._scope,
        (select count(*) from {{ table }} where {{ medallion.live_condition(about.get('back_end')) }}
            {%- if about.get('truncate') %}
            and coalesce(_sequence > (select max(_deleted_sequence) from {{ table }} where _action = 'truncate'), true)
            {%- endif %}),
        {{ medallion.literal(tojson(about.fingerprint, sort_keys=True)) }}, {{ medallion.run_started() }}
    from (select 1 as _load) as one
    left join (
        {%- if load == 'full' and about.get('staging') %}
        {{ medallion.snapshot_versions(about, ref(about.staging)) }}
        {%- else %}
        select null as _version, null as _scope
        {%- endif %}
    ) as v on true
    {%- if about.get('staging') %}
    where exists (
        select 1 from {{ medallion.ops_relation('loaded_files') }} as f
        where f.model = {{ medallion.literal(about.staging) }}
            and f.load_id = {{ medallion.last_staged_load(about.staging) }} and f.file is not null
    )
    {%- endif %}
{%- endmacro %}

{#- The greatest accepted watermark not above the run's cutoff, from the table's rows; raw bronze holds it as text. -#}
{% macro _watermark_applied(about, table) -%}
    {%- set mark = medallion.cast_safely(about.watermark, about.watermark_text, about.time_zone)
        if about.get('watermark_text') else about.watermark -%}
    {%- set cutoff = medallion.cutoff(about) -%}
    (
        select cast(max(_mark) as {{ medallion.sql_type('text') }}) from (select {{ mark }} as _mark from {{ table }}) as marks
        {%- if cutoff %} where _mark <= {{ cutoff }}{% endif %}
    )
{%- endmacro %}

{#- The run's cutoff for watermarks as SQL: var medallion__cutoff, else run start - cutoff_lag for times. -#}
{% macro cutoff(about) -%}
    {%- set given = var('medallion__cutoff', none) -%}
    {%- set type = about.get('watermark_type') or 'text' -%}
    {%- if given is not none -%}
        cast({{ medallion.literal(given) }} as {{ medallion.sql_type(type) }})
    {%- elif type.split('@')[0] in ['timestamp', 'date'] -%}
        cast({{ medallion.run_started() }} - {{ medallion.interval(about.get('cutoff_lag') or '0 seconds') }}
            as {{ medallion.sql_type(type) }})
    {%- endif -%}
{%- endmacro %}

{# Which rows of a bronze table are live, by the back end that keeps it. -#}
{% macro live_condition(back_end) -%}
    {{ {'state': 'not _is_deleted', 'ledger': '_is_current'}.get(back_end, '1 = 1') }}
{%- endmacro %}
