"""``datapackage.json``: the tables described for other programs, by the Data Package standard (frictionless).

The schema is the one declaration of `schema.py`; keys and foreign keys name columns of the CSV files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from dvextract.tables.schema import BY_NAME, Table


def csv_paths(names: Iterable[str]) -> dict[str, list[str]]:
    """The CSV files of tables that are folders of files, in order, by table; ``names`` are all files of a run."""
    files = sorted(name for name in names if "/" in name and name.endswith(".csv"))
    return {table: list(found) for table, found in groupby(files, key=lambda name: name.partition("/")[0])}


def datapackage(tables: Sequence[str], version: str, paths: Mapping[str, list[str]] | None = None) -> dict[str, Any]:
    """The descriptor of a run's CSV tables; foreign keys to tables that were not written are left out.

    ``paths`` are the files of tables that have several (`csv_paths`): rows go on from file to file, and readers pass
    over the header of all but the first.
    """
    written = [BY_NAME[name] for name in tables if name in BY_NAME]
    names = {t.name for t in written}
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "dvextract-run",
        "title": "Tables extracted from Vietnamese public-affairs pages",
        "version": version,
        "resources": [
            {
                "name": t.name.replace("_", "-"),
                "type": "table",
                "title": f"A row is {t.row}",
                "path": (paths or {}).get(t.name, f"{t.name}.csv"),
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
                "schema": _schema(t, names),
            }
            for t in written
        ],
    }


def _schema(table: Table, written: set[str]) -> dict[str, Any]:
    fields = []
    for c in table.columns:
        field: dict[str, Any] = {"name": c.name, "type": c.type, "description": c.description}
        constraints: dict[str, Any] = {}
        if c.required:
            constraints["required"] = True
        if c.values:
            constraints["enum"] = list(c.values)
        if constraints:
            field["constraints"] = constraints
        if c.type == "boolean":
            field |= {"trueValues": ["true"], "falseValues": ["false"]}
        fields.append(field)
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if table.primary_key:
        schema["primaryKey"] = list(table.primary_key)
    keys = []
    for key in table.foreign_keys:
        if key.table in written:
            target = BY_NAME[key.table]
            reference = {"resource": target.name.replace("_", "-"), "fields": list(target.primary_key)}
            keys.append({"fields": list(key.columns), "reference": reference})
    if keys:
        schema["foreignKeys"] = keys
    return schema
