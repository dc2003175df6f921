{#-
  The version of each scope that a snapshot speaks for, as (_scope, _version, _event_time). A rejected row
  speaks too, as long as its scope can be read; without a known version nothing is said.
-#}
{% macro snapshot_versions(spec, rows) -%}
    select
        {{ medallion.scope_value(spec) }} as _scope,
        max(_sequence) as _version, max(_event_time) as _event_time
    from {{ rows }}
    where _sequence is not null
        and (_reject_reason is null or ({{ medallion.columns_known(spec.get('scope') or []) }}))
    group by 1
{%- endmacro %}
