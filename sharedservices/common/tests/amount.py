"""How many rows stand against ten where a test claims that queries don't grow with them."""

import os

# More than the longest page of a list has; the public pages and the API are always asked with 500, in test_queries.py.
MANY = 500 if os.environ.get("LONG") else 120
