{#-
  Operation: sets the bronze tables of one object aside (renamed, never dropped) and forgets its loads, so
  that the next build loads it anew from all its landing files. `object` is `system.object`. Usage:
  dbt run-operation rebuild --args '{object: erp.orders}'
-#}
{% macro rebuild(object) -%}
    {%- if execute -%}
        {%- set tables = medallion._bronze_tables(object) -%}
        {%- if not tables -%}
            {{ exceptions.raise_compiler_error(
                "MED-LOAD-002 rebuild: '" ~ object ~ "' is no object of seeds/control; give system.object"
            ) }}
        {%- endif -%}
        {%- for table in tables -%}
            {%- set relation = adapter.get_relation(table.database, table.schema, table.alias) -%}
            {%- if relation is not none -%}
                {%- set aside = relation.incorporate(path={'identifier': table.alias ~ '__before_' ~ medallion.load_id()[:21]}) -%}
                {%- do adapter.rename_relation(relation, aside) -%}
                {{ log('kept ' ~ relation ~ ' as ' ~ aside, info=true) }}
            {%- endif -%}
        {%- endfor -%}
        {%- for name, only in {'read_log': " and kind = 'file'", 'load_state': ''}.items() -%}
            {%- do run_query(
                'delete from ' ~ medallion.ops_relation(name) ~ ' where system = ' ~ medallion.literal(object.split('.')[0])
                ~ ' and object = ' ~ medallion.literal(object.split('.')[1]) ~ only
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{#- The nodes of an object's bronze tables (not its views). -#}
{% macro _bronze_tables(object) -%}
    {%- set found = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.config.materialized != 'view' -%}
        {%- set about = (node.config.meta or {}).get('medallion') or {} -%}
        {%- if about.get('fingerprint') and about.system ~ '.' ~ about.object == object -%}
            {%- do found.append(node) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
