{{ medallion.log_entries('run_log', ['invocation_id', 'node_id']) }}
