"""Medallion: control tables in, dbt models and loads out."""
