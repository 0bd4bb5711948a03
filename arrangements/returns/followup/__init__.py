"""Follow-up: flags on what a return says, assigned, discussed, and closed or waived before the year is published."""
