"""What every load did: counts from the tables."""
