{#
  CTE `read_lines`: the text lines of files with `_file`, `_modified_at`, `_text`, `_line` (from 1), and
  `_is_odd`: whether the file may hold what this engine's parser accepts and JSON does not (a trailing
  comma, NaN, Infinity). `name` (system.object) is for the error of files that are not UTF-8.
#}
{% macro read_lines(files, name) -%}
    {{ return(adapter.dispatch('read_lines', 'medallion')(files, name)) }}
{%- endmacro %}

{#-
  One line of Spark's text reader is one row; it has no number. Its bytes come as they are. What JSON does not allow,
  its parser refuses.
-#}
{% macro default__read_lines(files, name) -%}
{%- set fault = medallion.utf8_fault(name) -%}
text_files as (
    select
        case
            when is_valid_utf8(value) then value
            else raise_error({{ medallion.literal(fault[0]) }} || _path || {{ medallion.literal(fault[1]) }})
        end as _text,
        _path
    from (
        select value, {{ medallion.file_of_row() }} as _path from {{ medallion.path_relation('text', files) }}
    ) as text_lines
),
read_lines as (
    select
        {{ medallion._of_file(files, 'file') }} as _file,
        cast({{ medallion._of_file(files, 'modified_at') }} as {{ medallion.sql_type('timestamp') }}) as _modified_at,
        _text, cast(null as bigint) as _line, false as _is_odd
    from text_files
),
{%- endmacro %}

{#-
  Looking once through a whole file is much cheaper than once through every line. unnest beside
  generate_subscripts gives the right line numbers; row_number() would not.
-#}
{% macro duckdb__read_lines(files, name) -%}
text_files as (
    select
        filename as _path,
        regexp_matches(content, ',\s*[}\]]') or contains(content, 'NaN') or contains(content, 'nan')
            or contains(content, 'NAN') or contains(content, 'Inf') or contains(content, 'inf')
            or contains(content, 'INF') as _is_odd,
        string_split(
            case
                when contains(content, chr(13)) or starts_with(content, chr(65279))
                    then replace(ltrim(content, chr(65279)), chr(13) || chr(10), chr(10))
                else content
            end, chr(10)
        ) as _lines
    from read_text({{ medallion.path_list(files) }})
),
read_lines as (
    select _file, _modified_at, _is_odd, unnest(_lines) as _text, generate_subscripts(_lines, 1) as _line
    from (
        select
            {{ medallion._of_file(files, 'file') }} as _file,
            cast({{ medallion._of_file(files, 'modified_at') }} as timestamp) as _modified_at,
            _is_odd, _lines
        from text_files
    ) as files
),
{%- endmacro %}

{% macro _of_file(files, attribute) -%}
    case _path
    {%- for file in files %} when {{ medallion.literal(file.path) }} then {{ medallion.literal(file[attribute]) }}{% endfor %} end
{%- endmacro %}
