{#
  What a load must know of its table before it is compiled: `types`, name in lower case -> the engine's type, and
  `definition`, the fingerprint recorded last (JSON text) or none.
#}
{% macro stored_definition(relation) -%}
    {{ return(adapter.dispatch('stored_definition', 'medallion')(relation)) }}
{%- endmacro %}

{% macro default__stored_definition(relation) -%}
    {%- set rows = run_query(medallion.recorded_definition(relation)).rows -%}
    {{ return({'types': medallion.stored_types(relation), 'definition': rows[0][0] if rows else none}) }}
{%- endmacro %}

{#- Both in one statement: `typeof` writes the columns of a row that need not exist. -#}
{% macro spark__stored_definition(relation) -%}
    {%- set query -%}
        select typeof(struct(t.*)), d.fingerprint
        from (select 1 as _one) as one
        left join (select * from {{ relation }} where 1 = 0) as t on true
        left join ({{ medallion.recorded_definition(relation) }}) as d on true
    {%- endset -%}
    {%- set row = run_query(query).rows[0] -%}
    {%- set types = {} -%}
    {%- for name, type in modules.re.findall('`?([A-Za-z0-9_]+)`?:([a-z_]+(?:[(][0-9, ]+[)])?)', row[0]) -%}
        {%- do types.update({name | lower: type}) -%}
    {%- endfor -%}
    {{ return({'types': types, 'definition': row[1]}) }}
{%- endmacro %}
