{#-
  Stops a load before it writes when its keys, sequence, load pattern, history or tracked columns are not
  those under which the stored rows were written.
-#}
{% macro check_definition() -%}
    {%- set about = (config.get('meta') or {}).get('medallion') -%}
    {%- if execute and about and is_incremental() -%}
        {%- set recorded = medallion._recorded_definition(this) -%}
        {%- set changes = medallion.definition_changes(recorded, about.fingerprint) -%}
        {%- if changes -%}
            {{ exceptions.raise_compiler_error(
                'MED-LOAD-001 ' ~ this.identifier ~ ': the metadata of ' ~ about.system ~ '.' ~ about.object
                ~ ' changed in what its stored rows depend on; nothing was written.\n  '
                ~ changes | join('\n  ')
                ~ '\nTake the change back in seeds/control, or rebuild the object from its landing files:'
                ~ " dbt run-operation rebuild --args '{object: " ~ about.system ~ '.' ~ about.object ~ "}'"
            ) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{% macro _recorded_definition(table) -%}
    {%- set query -%}
        select fingerprint from {{ medallion.ops_relation('load_state') }}
        where model = {{ medallion.literal(table.identifier) }} and fingerprint is not null
        order by load_id desc limit 1
    {%- endset -%}
    {%- set rows = run_query(query).rows -%}
    {{ return(fromjson(rows[0][0]) if rows else {}) }}
{%- endmacro %}

{# What differs between two definitions, a sentence each. -#}
{% macro definition_changes(recorded, now) -%}
    {%- set changes = [] -%}
    {%- for part in ['load', 'keys', 'sequence', 'history', 'track'] -%}
        {%- if recorded and recorded.get(part) != now.get(part) -%}
            {%- do changes.append(part ~ ': recorded ' ~ tojson(recorded.get(part)) ~ ', now ' ~ tojson(now.get(part))) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(changes) }}
{%- endmacro %}
