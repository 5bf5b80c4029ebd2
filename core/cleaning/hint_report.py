"""How good are the hints? Recall by kind of copy, and false alarms, on photos that are known.

On a folder of real photos, copies are made in memory and must be found, and photos that are known
to differ are put together ten to an item and must not be called copies. On a demo scrape, its
ground truth is what hints are held against.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.cleaning.copies import Subject, find_copies
from core.cleaning.duplicates import DuplicateHint, duplicate_hints
from core.cleaning.features import DECODE_PX, FeatureExtractor
from core.cleaning.odd_one_out import odd_photos
from core.cleaning.quality import judge_quality
from core.cleaning.synthetic_edits import EDITS, edited
from core.cleaning.warp import Pixels
from core.errors import UserError
from core.images import UnreadableImage, decode, read_file, sniff
from core.jobs.context import JobContext
from core.jobs.processes import spread
from core.scrape.demo.truth import COPY_KINDS, Kind, TruthRow, read_ground_truth

_ITEM_PHOTOS = 10
_BAD_KINDS = frozenset({Kind.BLURRED, Kind.DARK, Kind.SCREENSHOT})


@dataclass(frozen=True)
class Row:
    """One line of the report: `hits` of `count`, or so many per count."""

    what: str
    hits: int
    count: int

    def __str__(self) -> str:
        share = f"{self.hits / self.count:.4f}" if self.count else "–"
        return f"  {self.what:<48}{share:>8}{self.hits:>8} of {self.count:,}"


@dataclass(frozen=True)
class HintReport:
    """The tables; each row is a share."""

    recall: tuple[Row, ...]
    false_alarms: tuple[Row, ...]
    quality: tuple[Row, ...]

    def __str__(self) -> str:
        parts = (
            ("Copies found", self.recall),
            ("False alarms", self.false_alarms),
            ("Single photos", self.quality),
        )
        return "\n".join(
            "\n".join([f"{title:<50}{'share':>8}", *map(str, rows)])
            for title, rows in parts
            if rows
        )


def report_on_photos(
    folder: Path, context: JobContext, *, most: int, half: str, workers: int | None = None
) -> HintReport:
    """Recall on synthetic copies of a folder's photos, and false alarms among the photos.

    Args:
        folder: Photos in it or below it; where a `photos.csv` with the columns image, sender_id and
            label lies in it, items are made of photos by one sender with one label, else in order.
        context: Progress and cancellation.
        most: Copies are made of so many photos.
        half: "report", "tune" or "all": the photos whose name hashes odd, even, or any.
        workers: Processes; one a processor where None.

    Raises:
        UserError: There are no photos.
    """
    files = [file for file in _photos_in(folder) if half == "all" or _half_of(file) == half]
    if len(files) < 2:
        raise UserError("There are no photos to measure on", path=folder, remedy="Name another.")
    chosen = [files[at] for at in np.linspace(0, len(files) - 1, min(most, len(files))).astype(int)]
    items = list(_items(folder, files))
    workers = workers or os.cpu_count() or 1
    found: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    tries = spread(_try_edits, chosen, _Measurer, (), workers=workers, context=context)
    for done, edit_counts in enumerate(tries, start=1):
        context.report("Making copies", done, len(chosen))
        for edit, was_found in edit_counts:
            tried[edit] += 1
            found[edit] += was_found
    hints = pairs = at_fault = 0
    counts = spread(_count_false, items, _Measurer, (), workers=workers, context=context)
    for done, (in_item, pairs_of_item) in enumerate(counts, start=1):
        context.report("Comparing different photos", done, len(items))
        hints += in_item
        at_fault += in_item > 0
        pairs += pairs_of_item
    return HintReport(
        recall=tuple(Row(edit, found[edit], tried[edit]) for edit in EDITS),
        false_alarms=(
            Row("duplicate hints per clean item", hints, len(items)),
            Row("clean items with a duplicate hint", at_fault, len(items)),
            Row("duplicate hints per pair", hints, pairs),
        ),
        quality=(),
    )


def report_on_demo(root: Path, context: JobContext, *, workers: int | None = None) -> HintReport:
    """Recall and false alarms on a demo scrape.

    Args:
        root: The folder that holds `scrape` and `ground_truth.csv`.
        context: Progress and cancellation.
        workers: Processes; one a processor where None.

    Raises:
        UserError: There is no ground truth.
    """
    by_item: dict[str, list[TruthRow]] = defaultdict(list)
    for row in read_ground_truth(root / "ground_truth.csv"):
        by_item[row.item].append(row)
    tasks = [(root / "scrape", rows) for rows in by_item.values()]
    total: Counter[str] = Counter()
    workers = workers or os.cpu_count() or 1
    results = spread(_judge_item, tasks, _Measurer, (), workers=workers, context=context)
    for done, counts in enumerate(results, start=1):
        total += counts
        context.report("Looking at the demo", done, len(tasks))
    kinds = [kind for kind in Kind if kind in COPY_KINDS and total[f"copies {kind}"]]
    flawed = [kind for kind in Kind if kind in _BAD_KINDS]
    return HintReport(
        recall=tuple(
            Row(str(kind), total[f"found {kind}"], total[f"copies {kind}"]) for kind in kinds
        ),
        false_alarms=(
            Row("duplicate hints per item without copies", total["false"], total["clean items"]),
            Row("false ones among all duplicate hints", total["wrong"], total["duplicate hints"]),
        ),
        quality=(
            *(Row(f"{k} found", total[f"flawed {k}"], total[f"bad {k}"]) for k in flawed),
            Row("true ones among low quality hints", total["true flaws"], total["flaws"]),
            Row("photos of other garments found", total["true odd"], total["others"]),
            Row("true ones among odd-one-out hints", total["true odd"], total["odd"]),
        ),
    )


class _Measurer:
    """What a process computes features with."""

    def __init__(self) -> None:
        self._extract = FeatureExtractor()

    def subject(self, data: bytes) -> Subject:
        picture = decode(data, at_least=(DECODE_PX, DECODE_PX))
        return Subject(hashlib.sha256(data).digest(), self._extract(data, picture))

    def hints(self, files: Sequence[bytes], subjects: Sequence[Subject]) -> list[DuplicateHint]:
        def load(at: int, side_px: int | None) -> Pixels | None:
            return decode(files[at], at_least=None if side_px is None else (side_px,) * 2).pixels

        return duplicate_hints(subjects, find_copies(subjects, load))


def _try_edits(measurer: _Measurer, file: Path) -> list[tuple[str, bool]]:
    data = read_file(file)
    original = measurer.subject(data)
    rng = np.random.default_rng(zlib.crc32(file.name.encode()))
    results = []
    for edit in EDITS:
        copy = edited(data, edit, rng)
        subjects = [original, measurer.subject(copy)]
        results.append((edit, bool(measurer.hints([data, copy], subjects))))
    return results


def _count_false(measurer: _Measurer, item: Sequence[Path]) -> tuple[int, int]:
    files = [read_file(file) for file in item]
    hints = measurer.hints(files, [measurer.subject(data) for data in files])
    return len(hints), len(item) * (len(item) - 1) // 2


def _judge_item(measurer: _Measurer, task: tuple[Path, Sequence[TruthRow]]) -> Counter[str]:
    scrape, rows = task
    readable: list[tuple[TruthRow, bytes, Subject]] = []
    for row in rows:
        try:
            data = read_file(scrape / row.path)
            readable.append((row, data, measurer.subject(data)))
        except UnreadableImage:
            continue
    counts: Counter[str] = Counter()
    hints = measurer.hints([data for _, data, _ in readable], [s for _, _, s in readable])
    hinted = {frozenset((hint.photo, hint.better)) for hint in hints}
    places = {row.path: place for place, (row, _, _) in enumerate(readable)}
    shots = [row.source or row.path for row, _, _ in readable]
    group = {place: {place} for place in range(len(readable))}
    for pair in hinted:
        merged = set().union(*(group[place] for place in pair))
        for place in merged:
            group[place] = merged
    good: list[tuple[Kind, Pixels]] = []
    for place, (row, _, subject) in enumerate(readable):
        if row.kind in COPY_KINDS and row.source in places:
            counts[f"copies {row.kind}"] += 1
            counts[f"found {row.kind}"] += places[row.source] in group[place]
        flaw = judge_quality(subject.features)
        if flaw is None:
            good.append((row.kind, subject.features.thumbnail_pixels()))
        counts["others"] += row.kind is Kind.OTHER_ITEM
        if row.kind in _BAD_KINDS:
            counts[f"bad {row.kind}"] += 1
            counts[f"flawed {row.kind}"] += flaw is not None
        if flaw is not None:
            counts["flaws"] += 1
            counts["true flaws"] += row.kind in _BAD_KINDS
    for odd in odd_photos([thumbnail for _, thumbnail in good]):
        counts["odd"] += 1
        counts["true odd"] += good[odd.photo][0] is Kind.OTHER_ITEM
    kinds = [row.kind for row, _, _ in readable]
    # A screenshot of a listing shows one of its photos: that hint is right.
    wrong = sum(
        len({shots[place] for place in pair}) > 1
        and not any(kinds[place] is Kind.SCREENSHOT for place in pair)
        for pair in hinted
    )
    counts["duplicate hints"] += len(hinted)
    counts["wrong"] += wrong
    if not any(kind in COPY_KINDS for kind in kinds):
        counts["clean items"] += 1
        counts["false"] += wrong
    return counts


def _photos_in(folder: Path) -> list[Path]:
    def is_picture(file: Path) -> bool:
        with file.open("rb") as opened:
            return sniff(opened.read(32)) is not None

    return [file for file in sorted(folder.rglob("*")) if file.is_file() and is_picture(file)]


def _half_of(file: Path) -> str:
    return "report" if hashlib.sha256(file.stem.encode()).digest()[0] % 2 else "tune"


def _items(folder: Path, files: Sequence[Path]) -> Iterator[list[Path]]:
    """Items of up to ten photos that are known to differ."""
    listed = folder / "photos.csv"
    groups: dict[str, list[Path]] = defaultdict(list)
    if listed.is_file():
        with listed.open(encoding="utf-8", newline="") as opened:
            about = {row["image"]: row for row in csv.DictReader(opened)}
        for file in files:
            row = about.get(file.stem)
            if row is not None:
                groups[json.dumps([row.get("sender_id"), row.get("label")])].append(file)
    else:
        groups[""] = list(files)
    for group in groups.values():
        for begin in range(0, len(group), _ITEM_PHOTOS):
            if len(group) - begin > 1:
                yield group[begin : begin + _ITEM_PHOTOS]
