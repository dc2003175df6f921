"""A local stand-in for a Databricks workspace: its wire protocols in front of Spark + Delta."""
