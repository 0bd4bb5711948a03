"""The demonstration: real councils and arrangements, and illustrative ones that bring the totals to the published ones."""
