"""Reading photos and hints, by item or by id."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from core.catalogue.database import Catalogue
from core.catalogue.paths import from_stored
from core.catalogue.records import Hint, HintKind, Photo, PhotoStatus, RejectReason, Verdict
from core.errors import displayable
from core.project import Project

_SELECT = """
    SELECT photo.*, source.root,
           content.width, content.height, content.container, content.jpeg_quality,
           (SELECT json_group_array(tag) FROM photo_tag WHERE photo_id = photo.id
            HAVING count(*) > 0) AS tags
    FROM photo
    JOIN source ON source.id = photo.source_id
    LEFT JOIN content ON content.hash = photo.content_hash
"""


def read_photos(catalogue: Catalogue, item_ids: Iterable[int]) -> dict[int, list[Photo]]:
    """The photos of each item, in order; an item without photos has an empty list."""
    found: dict[int, list[Photo]] = {int(id_): [] for id_ in item_ids}
    rows = catalogue.connection.execute(
        _SELECT + "WHERE photo.item_id IN (SELECT value FROM json_each(?))"
        " ORDER BY photo.item_id, photo.position, photo.id",
        [json.dumps(list(found))],
    )
    for row in rows:
        found[row["item_id"]].append(_to_photo(row, catalogue.project))
    return found


def read_photos_by_id(catalogue: Catalogue, ids: Iterable[int]) -> dict[int, Photo]:
    """The photos with these ids, by id; ids that are not there are left out."""
    rows = catalogue.connection.execute(
        _SELECT + "WHERE photo.id IN (SELECT value FROM json_each(?))",
        [json.dumps([int(id_) for id_ in ids])],
    )
    return {row["id"]: _to_photo(row, catalogue.project) for row in rows}


def read_hints(catalogue: Catalogue, item_ids: Iterable[int]) -> dict[int, list[Hint]]:
    """The hints of each item that still hold, surest first; without any, an empty list."""
    found: dict[int, list[Hint]] = {int(id_): [] for id_ in item_ids}
    rows = catalogue.connection.execute(
        "SELECT * FROM standing_hint WHERE item_id IN (SELECT value FROM json_each(?))"
        " ORDER BY item_id, score DESC, id",
        [json.dumps(list(found))],
    )
    for row in rows:
        found[row["item_id"]].append(_to_hint(row))
    return found


def _to_photo(row: sqlite3.Row, project: Project) -> Photo:
    path = from_stored(row["path"])
    if row["quarantine"] is not None:
        file = project.quarantine / from_stored(row["quarantine"])
    elif row["url"]:
        file = project.downloads / path
    else:
        file = from_stored(row["root"]) / path
    crop = tuple(int(edge) for edge in row["crop"].split(",")) if row["crop"] else None
    assert crop is None or len(crop) == 4
    return Photo(
        id=row["id"],
        item_id=row["item_id"],
        position=row["position"],
        source_id=row["source_id"],
        file=file,
        name=displayable(path),
        crop=crop,
        url=row["url"],
        status=PhotoStatus(row["status"]),
        problem=row["problem"],
        byte_count=row["byte_count"],
        content_hash=row["content_hash"],
        verdict=Verdict(row["verdict"]),
        reason=RejectReason(row["reason"]) if row["reason"] else None,
        quarantined=row["quarantine"] is not None,
        width=row["width"],
        height=row["height"],
        container=row["container"] or "",
        jpeg_quality=row["jpeg_quality"],
        tags=() if row["tags"] is None else _in_order(row["tags"]),
    )


def _in_order(tags: str) -> tuple[str, ...]:
    return tuple(sorted(json.loads(tags), key=str.casefold))


def _to_hint(row: sqlite3.Row) -> Hint:
    return Hint(
        id=row["id"],
        item_id=row["item_id"],
        kind=HintKind(row["kind"]),
        photo_id=row["photo_id"],
        other_photo_id=row["other_photo_id"],
        relation=row["relation"],
        score=row["score"],
        why=row["why"],
        better_why=row["better_why"],
    )
