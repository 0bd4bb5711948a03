"""Mistakes that readers report: two fields and no account, in a queue for the analysts, gone after ninety days."""
