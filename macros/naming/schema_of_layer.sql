{% macro schema_of_layer(layer, patterns, system) %}
    {%- set pattern = patterns.get(layer, layer) -%}
    {%- if '{system}' in pattern and not system -%}
        {%- do exceptions.raise_compiler_error(
            "medallion__schemas: '" ~ layer ~ "' is '" ~ pattern ~ "', but no system is known here."
            ~ " {system} needs models in <layer>/<system>/; seeds, ops and gold take a plain name."
        ) -%}
    {%- endif -%}
    {{ return(pattern | replace('{system}', system or '')) }}
{% endmacro %}
