{#-
  One SELECT of one row: the values of a key as texts cast to their types, null where a value is none of its
  type. `values` and `types`: key column -> text, metadata type.
-#}
{% macro trace_key(values, types) -%}
select
    {%- for name, value in values.items() %}
    {{ medallion.cast_safely(medallion.literal(value), types[name]) }} as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# SELECT of the rows of a table that have a key. -#}
{% macro trace_rows(relation, values, types) -%}
select * from {{ relation }}
where {{ medallion.trace_condition(values, types) }}
{%- endmacro %}

{# Whether a row has the key. -#}
{% macro trace_condition(values, types) -%}
{%- for name, value in values.items() -%}
{{ name }} = {{ medallion.cast_safely(medallion.literal(value), types[name]) }}{{ '\n    and ' if not loop.last }}
{%- endfor -%}
{%- endmacro %}

{#-
  SELECT of an object's entries of the quarantine whose text has the key, or no readable key at all (`has_key` is
  false). `spec`: system, object, is_json, envelope, keys (name -> source path and type as the source encodes it);
  `types` are those of the values.
-#}
{% macro trace_rejected(spec, values, types) -%}
{%- set names = values.keys() | list -%}
{%- set images = ['after.', 'before.'] if spec.get('envelope') else [''] -%}
{%- set paths = [] -%}
{%- for image in images -%}
    {%- for name in names -%}
        {%- set source = spec['keys'][name].source -%}
        {%- do paths.append(image ~ source if spec.is_json else '"' ~ source ~ '"') -%}
    {%- endfor -%}
{%- endfor -%}
select q.*, {{ medallion._raw_key_known(names, images) }} as has_key
from (
    select *, {{ medallion.json_values('_json', paths) | indent(8) }} as _values
    from (
        select *, {{ medallion.json_unwrap('raw', 'op') if spec.get('envelope') else 'raw' }} as _json
        from {{ medallion.ops_relation('quarantine') }}
        where system = {{ medallion.literal(spec.system) }} and object = {{ medallion.literal(spec.object) }}
    ) as entries
) as q
where not {{ medallion._raw_key_known(names, images) }}
{%- for image in images %}
{%- set first = loop.index0 * (names | length) %}
    or (
        {%- for name in names %}
        {{ medallion.cast_safely(medallion.list_item('q._values', first + loop.index0), spec['keys'][name]['type']) }}
            = {{ medallion.cast_safely(medallion.literal(values[name]), types[name]) }}{{ ' and' if not loop.last }}
        {%- endfor %}
    )
{%- endfor %}
{%- endmacro %}

{#- Whether some image of a raw row has all parts of the key, be they of the wrong type. -#}
{% macro _raw_key_known(names, images) -%}
(
    {%- for image in images %}
    {%- set first = loop.index0 * (names | length) %}
    ({% for name in names %}coalesce({{ medallion.list_item('q._values', first + loop.index0) }}, '') <> ''{{ ' and ' if not loop.last }}{% endfor %})
    {{- ' or' if not loop.last }}
    {%- endfor %}
)
{%- endmacro %}

{# SELECT of a table's truncate markers: the sequence up to which the object was emptied, and the load. -#}
{% macro trace_truncates(relation, column) -%}
select {{ column }} as _sequence, _inserted_load_id from {{ relation }} where _action = 'truncate'
{%- endmacro %}

{#-
  SELECT of an object's entries of loaded_files: which load read which file, by staging and by every bronze table. A
  load without a file had nothing to read; an empty name is a source without files.
-#}
{% macro trace_loads(system, object) -%}
select model, load_id, file, max(recorded_at) as recorded_at from {{ medallion.ops_relation('loaded_files') }}
where system = {{ medallion.literal(system) }} and object = {{ medallion.literal(object) }}
group by model, load_id, file
order by load_id, model, file
{%- endmacro %}

{# SELECT of the loads that a bronze table has applied: load_state's entries. -#}
{% macro trace_applied(model) -%}
select distinct load_id from {{ medallion.ops_relation('load_state') }}
where model = {{ medallion.literal(model) }}
{%- endmacro %}
