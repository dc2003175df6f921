"""`medallion run`: dbt build with its log and a summary."""
