{#-
  The version of the snapshot that was staged last, per scope, as (_version, _scope). A snapshot that
  held no row, or none that was accepted, leaves no version behind.
-#}
{% macro snapshot_versions(about) -%}
    select max(_sequence) as _version, {{ medallion.scope_value(about) }} as _scope
    from {{ ref(about.staging) }}
    where _reject_reason is null
    group by 2
{%- endmacro %}
