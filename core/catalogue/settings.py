"""Small facts that belong to a project: where the user was, what was chosen."""

from __future__ import annotations

import json
from typing import Any

from core.catalogue.database import Catalogue


def read_setting(catalogue: Catalogue, key: str, default: Any = None) -> Any:
    """The JSON value stored under a key, or the default."""
    row = catalogue.connection.execute("SELECT value FROM setting WHERE key = ?", [key]).fetchone()
    return default if row is None else json.loads(row[0])


def write_setting(catalogue: Catalogue, key: str, value: Any) -> None:
    """Stores any JSON value under a key."""
    with catalogue.transaction() as connection:
        connection.execute(
            "INSERT INTO setting VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [key, json.dumps(value)],
        )
