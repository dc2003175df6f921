{#-
  Which rows of a delta load are read at all: those not older than the stored watermark less `lookback`
  (databases and catalogs: one hour by default, because transactions commit late; files: only when the
  metadata asks). A row without a watermark is read, so that it is seen to be rejected.
-#}
{% macro read_filter(spec, plan, read) -%}
    {%- set watermark = spec.get('watermark') -%}
    {%- if spec.load != 'delta' or not watermark -%}{{ return('') }}{%- endif -%}
    {%- set is_time = watermark['type'].split('@')[0] in ['timestamp', 'date'] -%}
    {%- set lookback = watermark.get('lookback') -%}
    {%- if lookback is none and spec.kind == 'files' -%}{{ return('') }}{%- endif -%}
    {%- if lookback is none -%}{%- set lookback = '1 hour' if is_time else 0 -%}{%- endif -%}
    {%- set stored = medallion.stored_watermark(spec) -%}
    {%- if stored is none -%}{{ return('') }}{%- endif -%}
    {%- set type = watermark['type'].split('@')[0] -%}
    {%- set first = 'cast(' ~ medallion.literal(stored) ~ ' as ' ~ medallion.sql_type(type) ~ ')' -%}
    {%- if lookback and lookback | string != '0' -%}
        {%- set first = 'cast(' ~ first ~ ' - ' ~ (medallion.interval(lookback) if is_time else lookback) ~ ' as ' ~ medallion.sql_type(type) ~ ')' -%}
    {%- endif -%}
    {%- set found = read['sql'][medallion._sequence_parts(spec)[0].raw] -%}
    {%- set value = medallion.native_value(found.sql, found['type'], watermark['type'], plan.time_zone)
        or medallion.cast_safely(medallion.text_of(found.sql, found['type']), watermark['type'], plan.time_zone) -%}
    {{ return(value ~ ' >= ' ~ first ~ '\n        or ' ~ value ~ ' is null') }}
{%- endmacro %}

{# The greatest watermark that the object's bronze table has recorded, as text; none at first. #}
{% macro stored_watermark(spec) -%}
    {%- if not medallion.ops_tables_exist() -%}{{ return(none) }}{%- endif -%}
    {%- set type = spec.watermark['type'].split('@')[0] -%}
    {%- set query -%}
        select cast(max(cast(watermark as {{ medallion.sql_type(type) }})) as {{ medallion.sql_type('text') }})
        from {{ medallion.ops_relation('load_state') }}
        where system = {{ medallion.literal(spec.system) }} and object = {{ medallion.literal(spec.object) }}
            and model = {{ medallion.literal(spec.models[0]) }} and watermark is not null
    {%- endset -%}
    {{ return(run_query(query).rows[0][0]) }}
{%- endmacro %}
