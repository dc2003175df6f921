{{ medallion.log_entries('load_log', ['system', 'object', 'load_id']) }}
