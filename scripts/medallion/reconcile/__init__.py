"""Bronze beside what its source has now: rows, control totals, missing and extra keys."""
