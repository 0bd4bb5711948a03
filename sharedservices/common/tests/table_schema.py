"""A CSV file against its Table Schema: header, types, required values, codes, keys. Written from the standard alone."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any


def faults_of_table(content: bytes, schema: dict[str, Any]) -> list[str]:
    """A line for each cell or row that the schema doesn't allow; none if it describes the file."""
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    names = [field["name"] for field in schema["fields"]]
    if header != names:
        return [f"columns {header}, described {names}"]
    found = []
    for number, row in enumerate(rows, start=2):
        if len(row) != len(names):
            found.append(f"{number}: {len(row)} cells")
        for field, text in zip(schema["fields"], row, strict=False):
            if not fits(text, field, schema["missingValues"]):
                found.append(f"{number} {field['name']}: {text!r}")
    for field in schema["fields"]:
        values = [row[names.index(field["name"])] for row in rows]
        if field.get("constraints", {}).get("unique") and len(set(values)) < len(values):
            found.append(f"{field['name']} repeats")
    return found


def fits(text: str, field: dict[str, Any], missing: list[str]) -> bool:
    constraints = field.get("constraints", {})
    if text in missing:
        return not constraints.get("required")
    if "enum" in constraints and text not in constraints["enum"]:
        return False
    kind = field["type"]
    if kind == "integer":
        return re.fullmatch(r"-?[0-9]+", text) is not None
    if kind == "boolean":
        return text in field["trueValues"] + field["falseValues"]
    if kind == "date":
        try:
            return date.fromisoformat(text).isoformat() == text
        except ValueError:
            return False
    # What a spreadsheet would run stands behind an apostrophe.
    return kind == "string" and not text.startswith(("=", "+", "-", "@", "\t", "\r"))
