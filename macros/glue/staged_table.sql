{#-
  A table that its SELECT fills anew, in one statement of Databricks. dbt-databricks itself makes a `table` of a temporary
  view, a look at its columns, an empty table and an insert: five statements, and a crash between the last two leaves the
  table empty (docs/decisions/0008).
-#}
{% materialization staged_table, adapter='databricks' -%}
    {%- set stored = adapter.get_relation(database=database, schema=schema, identifier=this.identifier, needs_information=True) -%}
    {%- set table = this.incorporate(type='table') -%}
    {{ run_pre_hooks() }}
    {%- if stored and (stored.type != 'table' or not stored.can_be_replaced) -%}
        {%- do adapter.drop_relation(stored) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {{ create_table_as(false, table, compiled_code) }}
    {%- endcall -%}
    {%- do apply_grants(table, config.get('grants'), should_revoke(stored, full_refresh_mode=True)) -%}
    {%- do apply_tags(table, config.get('databricks_tags')) -%}
    {%- set column_tags = adapter.get_column_tags_from_model(config.model) -%}
    {%- if column_tags and column_tags.set_column_tags -%}{%- do apply_column_tags(table, column_tags) -%}{%- endif -%}
    {%- do persist_docs(table, model, for_relation=False) -%}
    {{ run_post_hooks() }}
    {{ return({'relations': [table]}) }}
{%- endmaterialization %}
