"""Rules about silver and gold, as pure functions over dbt's manifest."""
