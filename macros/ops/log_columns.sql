{# The columns of ops.load_log and ops.run_log with their types; medallion.log.rows has the same list (a test compares). #}
{% macro log_columns(table) -%}
    {{ return({
        'load_log': {
            'system': 'text', 'object': 'text', 'load_pattern': 'text', 'load_id': 'text',
            'attempt': 'bigint', 'status': 'text', 'message': 'text', 'failed_nodes': 'bigint',
            'files_read': 'bigint', 'rows_read': 'bigint', 'bronze_load_id': 'text',
            'rows_staged': 'bigint', 'rows_rejected': 'bigint', 'rejected_by_reason': 'text',
            'failed_by_rule': 'text', 'rows_dropped': 'bigint', 'rows_ignored': 'bigint',
            'rows_truncate': 'bigint', 'rows_rescued': 'bigint', 'rows_duplicate': 'bigint',
            'rows_conflict': 'bigint', 'rows_superseded': 'bigint', 'rows_late': 'bigint',
            'rows_inserted': 'bigint', 'rows_updated': 'bigint', 'rows_deleted': 'bigint',
            'rows_unchanged': 'bigint', 'rows_incomplete': 'bigint', 'rows_unaccounted': 'bigint',
            'keys_before': 'bigint', 'keys_after': 'bigint', 'watermark_used': 'text',
            'watermark_captured': 'text', 'source_version': 'text', 'started_at': 'timestamp',
            'finished_at': 'timestamp', 'seconds': 'double', 'expected_every_seconds': 'bigint',
            'invocation_id': 'text', 'environment': 'text', 'code_version': 'text',
            'metadata_hash': 'text', 'logged_at': 'timestamp',
        },
        'run_log': {
            'invocation_id': 'text', 'node_id': 'text', 'attempt': 'bigint', 'node_name': 'text',
            'resource_type': 'text', 'layer': 'text', 'system': 'text', 'object': 'text',
            'command': 'text', 'status': 'text', 'started_at': 'timestamp', 'finished_at': 'timestamp',
            'seconds': 'double', 'failures': 'bigint', 'message': 'text', 'run_started_at': 'timestamp',
            'environment': 'text', 'code_version': 'text', 'metadata_hash': 'text', 'dbt_version': 'text',
            'logged_at': 'timestamp',
        },
    }[table]) }}
{%- endmacro %}
