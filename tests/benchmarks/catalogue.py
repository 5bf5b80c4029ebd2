"""The catalogue at a million photos, against pandas on the same table in a Parquet file.

    python tests/benchmarks/catalogue.py [--photos 1000000] [--rounds 5]

What the cleaning view asks for, with the answers of both held against each other. Our times are
those of the thread that reads for the window; pandas has the whole table in memory once it is open,
and can neither store a decision nor survive a crash. The fastest of several rounds counts.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from core.catalogue.counts import recount
from core.catalogue.database import Catalogue, open_catalogue
from core.catalogue.items import ItemFilter, ItemOrder, categories, find_items, read_items, tally
from core.catalogue.photos import read_hints, read_photos
from core.catalogue.records import HintKind, ItemState, RejectReason
from core.cleaning import decisions
from core.cleaning.undo import undo
from core.project import Project, create_project, open_project

PHOTOS_PER_ITEM = 5
PAGE = 50
CATEGORIES = [f"category {number}" for number in range(40)]
BRANDS = [f"brand {number}" for number in range(2000)]
GARMENTS = ["dress", "blouse", "shirt", "top", "long sleeve"]
COLOURS = ["red", "navy", "black", "white", "olive", "pink", "grey", "mustard"]

OPEN = ItemFilter(states=frozenset({ItemState.OPEN}))
SUSPECTED = ItemFilter(hint_kinds=frozenset({HintKind.EXACT_COPY, HintKind.NEAR_COPY}))
CATEGORY = ItemFilter(categories=frozenset({CATEGORIES[7]}))
WORDS = ItemFilter(text="navy brand 17")


def make_items(count: int) -> pd.DataFrame:
    """Items as a scrape of clothes has them; three of ten are done, one of eight is suspected."""
    rng = np.random.default_rng(0)
    colour = rng.choice(COLOURS, count)
    garment = rng.choice(GARMENTS, count)
    return pd.DataFrame(
        {
            "id": np.arange(1, count + 1),
            "key": [f"item_{number:07}" for number in range(count)],
            "title": [f"{a} {b}, worn twice" for a, b in zip(colour, garment, strict=True)],
            "category": rng.choice(CATEGORIES, count),
            "brand": rng.choice(BRANDS, count),
            "colour": colour,
            "size": rng.choice(["S", "M", "L", "XL"], count),
            "price": rng.integers(1, 90, count).astype(float),
            "state": np.where(rng.random(count) < 0.3, "done", "open"),
            "suspicion": np.where(rng.random(count) < 0.125, rng.random(count).round(6), 0.0),
        }
    )


def store(project: Project, items: pd.DataFrame) -> None:
    columns = [name for name in items.columns if name != "suspicion"]
    with _open_for_building(project) as catalogue, catalogue.transaction() as connection:
        connection.execute("INSERT INTO source VALUES (1, '/scrape', 'item folders', 0)")
        connection.executemany(
            f"INSERT INTO item (source_id, suspicion, {', '.join(columns)})"
            f" VALUES (1, ?{', ?' * len(columns)})",
            items[["suspicion", *columns]].astype(object).itertuples(index=False),
        )
        connection.executemany(
            "INSERT INTO photo (id, item_id, position, source_id, path, status, byte_count,"
            " content_hash) VALUES (?, ?, ?, 1, ?, 'ready', 400000, randomblob(32))",
            (
                (
                    (item - 1) * PHOTOS_PER_ITEM + position + 1,
                    item,
                    position,
                    f"item_{item - 1:07}/{position:02}.jpg",
                )
                for item in range(1, len(items) + 1)
                for position in range(PHOTOS_PER_ITEM)
            ),
        )
        connection.execute(
            "INSERT INTO content SELECT content_hash, 1, 1200, 1600, 'jpeg', 1, 85, 0,"
            " zeroblob(500) FROM photo ORDER BY content_hash"  # in disk order: far faster
        )
        connection.execute(
            "INSERT INTO hint (item_id, kind, photo_id, other_photo_id, score, why)"
            " SELECT id, 'near copy', id * ? - 3, id * ? - 4, suspicion, 'same photo, re-encoded'"
            " FROM item WHERE suspicion > 0",
            [PHOTOS_PER_ITEM, PHOTOS_PER_ITEM],
        )
    with _open_for_building(project) as catalogue:
        for first in range(1, len(items) + 1, 10_000):
            with catalogue.transaction() as connection:
                recount(connection, range(first, min(first + 10_000, len(items) + 1)))


def _open_for_building(project: Project) -> Catalogue:
    """Without the care that decisions are stored with, which takes an hour for a million rows."""
    catalogue = open_catalogue(project)
    catalogue.connection.execute("PRAGMA synchronous = OFF")
    catalogue.connection.execute("PRAGMA cache_size = -1500000")
    return catalogue


def store_table(file: Path, items: pd.DataFrame) -> None:
    """A row a photo, as manifests are."""
    table = items.loc[items.index.repeat(PHOTOS_PER_ITEM)].reset_index(drop=True)
    table["position"] = np.tile(np.arange(PHOTOS_PER_ITEM), len(items))
    table["path"] = table["key"] + "/0" + table["position"].astype(str) + ".jpg"
    table["status"] = "ready"
    table.to_parquet(file)


class Table:
    """What one would write in a notebook."""

    def __init__(self, file: Path) -> None:
        self.photos = pd.read_parquet(file)

    def ids(self, rows: pd.DataFrame, *, by_suspicion: bool = False) -> Iterable[int]:
        items = rows.drop_duplicates("id")
        if by_suspicion:
            items = items.sort_values(["suspicion", "id"], ascending=[False, True])
        return items["id"].to_numpy()

    def with_words(self, *words: str) -> pd.DataFrame:
        items = self.photos.drop_duplicates("id")
        text = items["title"]
        for column in ("brand", "key", "colour", "size", "category"):
            text = text + " " + items[column]
        keep = np.ones(len(text), bool)
        for word in words:
            keep &= text.str.contains(word, case=False, regex=False).to_numpy()
        return items[keep]


@dataclass(frozen=True)
class Question:
    """One thing to ask of both, with what is compared of the answers; None where pandas cannot."""

    what: str
    ours: Callable[[Catalogue], Any]
    theirs: Callable[[Table], Any] | None
    comparable: Callable[[Any], Any] = np.asarray


def questions(middle: int) -> list[Question]:
    page = range(middle, middle + PAGE)

    def reject_and_undo(catalogue: Catalogue) -> None:
        decisions.reject(catalogue, [middle], RejectReason.TAG)
        undo(catalogue)

    return [
        Question(
            "all items, in order",
            lambda c: find_items(c, ItemFilter()),
            lambda t: t.ids(t.photos),
        ),
        Question(
            "open items",
            lambda c: find_items(c, OPEN),
            lambda t: t.ids(t.photos[t.photos["state"] == "open"]),
        ),
        Question(
            "all, most suspicious first",
            lambda c: find_items(c, ItemFilter(), ItemOrder.SUSPICION),
            lambda t: t.ids(t.photos, by_suspicion=True),
        ),
        Question(
            "suspected copies, most suspicious first",
            lambda c: find_items(c, SUSPECTED, ItemOrder.SUSPICION),
            lambda t: t.ids(t.photos[t.photos["suspicion"] > 0], by_suspicion=True),
        ),
        Question(
            "one category",
            lambda c: find_items(c, CATEGORY),
            lambda t: t.ids(t.photos[t.photos["category"] == CATEGORIES[7]]),
        ),
        Question(
            "search for three words",
            lambda c: find_items(c, WORDS),
            lambda t: t.ids(t.with_words("navy", "brand", "17")),
        ),
        Question(
            f"a page of {PAGE} rows in the middle",
            lambda c: read_items(c, page),
            lambda t: t.photos.drop_duplicates("id").iloc[middle - 1 : middle - 1 + PAGE],
            lambda rows: [
                row.key if hasattr(row, "metadata") else row
                for row in (rows["key"] if isinstance(rows, pd.DataFrame) else rows)
            ],
        ),
        Question(
            "an item's photos and hints",
            lambda c: (read_photos(c, [middle])[middle], read_hints(c, [middle])),
            lambda t: t.photos[t.photos["id"] == middle],
            lambda found: (
                list(found["path"])
                if isinstance(found, pd.DataFrame)
                else [photo.name for photo in found[0]]
            ),
        ),
        Question(
            "all counts",
            tally,
            lambda t: (t.photos["status"].value_counts(), t.photos["state"].value_counts()),
            lambda found: (
                [found.photos, found.items_by_state[ItemState.OPEN]]
                if hasattr(found, "photos")
                else [found[0].sum(), found[1]["open"] // PHOTOS_PER_ITEM]
            ),
        ),
        Question(
            "categories with their counts",
            categories,
            lambda t: t.photos.drop_duplicates("id").groupby("category").size(),
            lambda found: sorted(found.items() if isinstance(found, pd.Series) else found),
        ),
        Question("a rejection and its undoing, on disk", reject_and_undo, None),
    ]


def fastest_ms(work: Callable[[], object], rounds: int) -> tuple[float, Any]:
    times = []
    result: Any = None
    for _ in range(rounds):
        began = time.perf_counter()
        result = work()
        times.append(1000 * (time.perf_counter() - began))
    return min(times), result


def report(what: str, ours_ms: float, theirs_ms: float | None) -> None:
    beside = "" if theirs_ms is None else f"{theirs_ms:>11,.1f}{theirs_ms / ours_ms:>9.1f}×"
    print(f"{what:<42}{ours_ms:>11,.1f}{beside}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--photos", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where to put the project; some 3 GB")
    arguments = parser.parse_args()
    items = make_items(arguments.photos // PHOTOS_PER_ITEM)
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        project = create_project(Path(folder) / "large.pickglass")
        file = Path(folder) / "manifest.parquet"
        began = time.perf_counter()
        store(project, items)
        store_table(file, items)
        size = os.stat(project.catalogue_file).st_size / 1e9
        print(
            f"{len(items) * PHOTOS_PER_ITEM:,} photos of {len(items):,} items, made in"
            f" {time.perf_counter() - began:.0f} s; the catalogue has {size:.1f} GB"
        )
        print(f"{'fastest, ms':<42}{'Pickglass':>11}{'pandas':>11}{'ratio':>10}")

        def open_and_close() -> None:
            open_catalogue(open_project(project.root)).close()

        report(
            "open",
            fastest_ms(open_and_close, arguments.rounds)[0],
            fastest_ms(lambda: Table(file), arguments.rounds)[0],
        )
        table = Table(file)
        with open_catalogue(open_project(project.root)) as catalogue:
            for question in questions(len(items) // 2):
                ours_ms, ours = fastest_ms(lambda q=question: q.ours(catalogue), arguments.rounds)
                theirs_ms = None
                if question.theirs is not None:
                    theirs_ms, theirs = fastest_ms(
                        lambda q=question: q.theirs(table), arguments.rounds
                    )
                    same = np.array_equal(question.comparable(ours), question.comparable(theirs))
                    if not same:
                        raise SystemExit(f"{question.what}: the answers differ")
                report(question.what, ours_ms, theirs_ms)


if __name__ == "__main__":
    main()
