{#-
  Stops a load before it writes when its keys, sequence, load pattern, history or tracked columns are not
  those under which the stored rows were written.
  Returns the types of the stored columns as stored_types does; none before the first load.
-#}
{% macro check_definition() -%}
    {%- set about = (config.get('meta') or {}).get('medallion') -%}
    {%- if about and is_incremental() -%}
        {%- set stored = medallion.stored_definition(this) -%}
        {%- set changes = medallion.definition_changes(fromjson(stored.definition or '{}'), about.fingerprint) -%}
        {%- if changes -%}
            {{ exceptions.raise_compiler_error(
                'MED-LOAD-001 ' ~ this.identifier ~ ': the metadata of ' ~ about.system ~ '.' ~ about.object
                ~ ' changed in what its stored rows depend on; nothing was written.\n  '
                ~ changes | join('\n  ')
                ~ '\nTake the change back in seeds/control, or rebuild the object from its landing files:'
                ~ " dbt run-operation rebuild --args '{object: " ~ about.system ~ '.' ~ about.object ~ "}'"
            ) }}
        {%- endif -%}
        {{ return(stored.types) }}
    {%- endif -%}
    {{ return(medallion.stored_types(this) if is_incremental() else {}) }}
{%- endmacro %}

{# SELECT of the definition under which the table was written last: one row, or none before the first load. -#}
{% macro recorded_definition(table) -%}
    select fingerprint from {{ medallion.ops_relation('load_state') }}
    where model = {{ medallion.literal(table.identifier) }} and fingerprint is not null
    order by load_id desc limit 1
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
