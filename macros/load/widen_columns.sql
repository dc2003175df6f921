{#-
  Alters the stored columns whose type the metadata has widened, and returns their names. A type that the
  stored column can neither hold nor be altered to stops the load before anything is written. A column that
  is wider than the metadata says stays so.
-#}
{% macro widen_columns(relation, spec, stored) -%}
    {%- set widened = [] -%}
    {%- set faults = [] -%}
    {%- set wanted = dict(spec['keys'], **spec['columns']) -%}
    {%- do wanted.update({'_sequence': spec.sequence_type, '_event_time': spec.event_time_type}) -%}
    {%- for column, type in wanted.items() if column | lower in stored -%}
        {%- set change = medallion.type_change(stored[column | lower], medallion.sql_type(type), medallion.widens_to_text()) -%}
        {%- if change == 'widen' and not (column == '_sequence' and type == 'text') -%}
            {%- do widened.append(column) -%}
        {%- elif change in ['widen', 'refuse'] -%}
            {%- do faults.append(column ~ ': stored as ' ~ stored[column | lower] ~ ', now ' ~ type) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if faults -%}
        {{ exceptions.raise_compiler_error(
            'MED-LOAD-003 ' ~ relation.identifier ~ ': the metadata of ' ~ spec.system ~ '.' ~ spec.object
            ~ ' gives columns a type that their stored values do not have; nothing was written.\n  ' ~ faults | join('\n  ')
            ~ '\nTake the change back in seeds/control, or rebuild the object from its landing files:'
            ~ " dbt run-operation rebuild --args '{object: " ~ spec.system ~ '.' ~ spec.object ~ "}'"
        ) }}
    {%- endif -%}
    {%- if flags.WHICH in ['build', 'run', 'retry'] -%}
        {%- for column in widened %}{% do medallion.widen_column(relation, column, medallion.sql_type(wanted[column])) %}{% endfor -%}
    {%- endif -%}
    {{ return(widened) }}
{%- endmacro %}

{#
  What a new type means for a stored column: `none`, `widen`, `keep` (the stored one holds all of its
  values) or `refuse`. Both types as the engine writes them.
#}
{% macro type_change(stored, wanted, to_text) -%}
    {%- set old = medallion._type_range(stored) -%}
    {%- set new = medallion._type_range(wanted) -%}
    {%- if old.name == new.name and old.whole == new.whole and old.scale == new.scale -%}{{ return('none') }}{%- endif -%}
    {%- if new.name == 'text' -%}{{ return('widen' if to_text else 'refuse') }}{%- endif -%}
    {%- if (old.name, new.name) == ('date', 'timestamp') -%}{{ return('widen') }}{%- endif -%}
    {%- if (old.name, new.name) == ('timestamp', 'date') -%}{{ return('keep') }}{%- endif -%}
    {%- if new.name == 'double' and (old.whole or 99) <= 10 and old.scale == 0 -%}{{ return('widen') }}{%- endif -%}
    {%- if old.whole is none or new.whole is none -%}{{ return('refuse') }}{%- endif -%}
    {%- if new.whole >= old.whole and new.scale >= old.scale -%}{{ return('widen') }}{%- endif -%}
    {{ return('keep' if new.whole <= old.whole and new.scale <= old.scale else 'refuse') }}
{%- endmacro %}

{#- A type's plain name, and for exact numbers the digits before and behind the point. -#}
{% macro _type_range(type) -%}
    {%- set text = type | lower -%}
    {%- set name = text.split('(')[0].split(' ')[0] -%}
    {%- set digits = modules.re.findall('[0-9]+', text.split('(')[1]) if '(' in text else [] -%}
    {%- if name in ['varchar', 'string', 'text', 'character'] -%}{{ return({'name': 'text', 'whole': none, 'scale': none}) }}{%- endif -%}
    {%- set whole = {'tinyint': 3, 'smallint': 5, 'int': 10, 'integer': 10, 'bigint': 19}.get(name) -%}
    {%- if whole -%}{{ return({'name': 'number', 'whole': whole, 'scale': 0}) }}{%- endif -%}
    {%- if name in ['decimal', 'numeric'] -%}
        {%- set scale = (digits[1] if digits | length > 1 else 0) | int -%}
        {{ return({'name': 'number', 'whole': (digits[0] if digits else 18) | int - scale, 'scale': scale}) }}
    {%- endif -%}
    {{ return({'name': 'timestamp' if name.startswith('timestamp') else name, 'whole': none, 'scale': none}) }}
{%- endmacro %}
