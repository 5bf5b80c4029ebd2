"""Small catalogues for tests: rows, and real photos for them where a root folder is given."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np

from core.catalogue.counts import recount
from core.catalogue.database import Catalogue
from core.catalogue.paths import to_stored
from core.images import encode_jpeg


def add_source(catalogue: Catalogue, root: Path = Path("/scrape")) -> int:
    with catalogue.transaction() as connection:
        return connection.execute(
            "INSERT INTO source (root, layout, added_at) VALUES (?, 'folders', 0)",
            [to_stored(root)],
        ).lastrowid


def add_item(catalogue: Catalogue, source_id: int, key: str, **columns: object) -> int:
    with catalogue.transaction() as connection:
        columns = {"source_id": source_id, "key": key, **columns}
        return connection.execute(
            f"INSERT INTO item ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
            list(columns.values()),
        ).lastrowid


def add_photo(catalogue: Catalogue, item_id: int, path: str | Path, **columns: object) -> int:
    """A row only; the content hash is that of the path's name unless given."""
    with catalogue.transaction() as connection:
        source_id, count = connection.execute(
            "SELECT source_id, (SELECT count(*) FROM photo WHERE item_id = item.id)"
            " FROM item WHERE id = ?",
            [item_id],
        ).fetchone()
        columns = {
            "item_id": item_id,
            "position": count,
            "source_id": source_id,
            "path": to_stored(path),
            "status": "ready",
            "content_hash": hashlib.sha256(os.fsencode(path)).digest(),
            **columns,
        }
        id_ = connection.execute(
            f"INSERT INTO photo ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
            list(columns.values()),
        ).lastrowid
        recount(connection, [item_id])
        return id_


def add_file(catalogue: Catalogue, item_id: int, path: str | Path, **columns: object) -> int:
    """A real photo under the item's source, different from all others, and its row."""
    (root,) = catalogue.connection.execute(
        "SELECT root FROM source JOIN item ON item.source_id = source.id WHERE item.id = ?",
        [item_id],
    ).fetchone()
    file = Path(os.fsdecode(root)) / path
    data = write_photo(file)
    stat = file.stat()
    facts = {
        "byte_count": len(data),
        "mtime_ns": stat.st_mtime_ns,
        "content_hash": hashlib.sha256(data).digest(),
    }
    return add_photo(catalogue, item_id, path, **{**facts, **columns})


def write_photo(file: Path, seed: str | None = None) -> bytes:
    """Writes a small JPEG that depends on the seed, or on the file's path."""
    digest = hashlib.sha256(os.fsencode(seed if seed is not None else file)).digest()
    blocks = np.frombuffer(digest[:27], np.uint8).reshape(3, 3, 3)
    data = encode_jpeg(np.kron(blocks, np.ones((8, 8, 1), np.uint8)), 90)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return data


def add_hint(
    catalogue: Catalogue,
    kind: str,
    photo_id: int,
    other_photo_id: int | None = None,
    score: float = 1.0,
) -> int:
    with catalogue.transaction() as connection:
        id_ = connection.execute(
            "INSERT INTO hint (item_id, kind, photo_id, other_photo_id, score, why)"
            " SELECT item_id, ?, id, ?, ?, 'because' FROM photo WHERE id = ?",
            [kind, other_photo_id, score, photo_id],
        ).lastrowid
        recount(
            connection,
            connection.execute("SELECT item_id FROM photo WHERE id = ?", [photo_id]).fetchone(),
        )
        return id_
