"""The same photo in several items: is one listing there twice?

Contents whose pHash lies within a radius are found over the whole catalogue, exactly; of these only
pairs that the 256-bit pHash does not rule out are compared as copies inside an item are. Measured
on 1,224 real photos (748,476 pairs, all different): 16 pairs lie within 8 bits of 64, none of them
within 60 bits of 256, while 306 re-encoded and 306 resized copies of them lie within 6 and 20.
Unlike inside an item, a part in another colour rules a pair out: of 450 items of a web shop, whose
photos are dyed by hand, 12 had hints without that rule, 4 with it (their photos differ by less than
two grey levels, though the shop names two colours). What a sticker covers is no part of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from core.catalogue.database import Catalogue
from core.catalogue.records import HintKind, Photo, PhotoStatus
from core.cleaning.copies import find_copies
from core.cleaning.features import FEATURES_VERSION, peek
from core.cleaning.hamming import find_near, hamming_distances
from core.cleaning.item_hints import HintRow
from core.cleaning.photo_features import FeatureReader, denied_pairs
from core.cleaning.warp import Pixels
from core.jobs.context import JobContext
from core.jobs.processes import spread

RADIUS = 8
"""Bits of 64 by which the pHashes of one photo, re-encoded or resized, may differ."""

_RADIUS_256 = 60
# Pictures with no detail of four pixels (in grey levels) are alike for having nothing in them.
_LEAST_DETAIL = 4.0
# So many different pictures with one and the same pHash are a kind of picture, not one shot.
_LARGEST_CLASS = 300
_MOST_LISTED = 4
_PAIRS_A_TASK = 8
_SCORE = 0.95


@dataclass(frozen=True)
class Across:
    """What was found over the whole catalogue.

    Attributes:
        rows: Hints, each with the id of the item that its photo was in.
        left_out: How many pictures were compared by their bytes alone, because hundreds of others
            have the same pHash or because they show nothing.
    """

    rows: tuple[tuple[int, HintRow], ...]
    left_out: int


@dataclass(frozen=True)
class _Contents:
    """Every content of the catalogue, and the photos that have it as (item, photo), in order."""

    hashes: list[bytes]
    photos: list[list[tuple[int, int]]]
    phash: npt.NDArray[np.uint64]
    phash_256: npt.NDArray[np.uint64]
    detail: npt.NDArray[np.float64]


def find_across(
    catalogue: Catalogue, context: JobContext, *, workers: int, radius: int = RADIUS
) -> Across:
    """Photos that several items have, as they are or re-encoded."""
    contents = _read(catalogue)
    pairs, left_out = _candidates(contents, radius, context)
    same = list(_verified(catalogue, contents, pairs, workers, context))
    return Across(tuple(_rows(catalogue, contents, same)), left_out)


def _read(catalogue: Catalogue) -> _Contents:
    rows = catalogue.connection.execute(
        "SELECT photo.id, photo.item_id, content.hash, content.phash,"
        " substr(content.features, 1, 128) AS head"
        " FROM photo JOIN content ON content.hash = photo.content_hash"
        " WHERE photo.status = ? AND content.features_version = ?"
        " ORDER BY photo.item_id, photo.position, photo.id",
        [PhotoStatus.READY, FEATURES_VERSION],
    )
    places: dict[bytes, int] = {}
    photos: list[list[tuple[int, int]]] = []
    words: list[tuple[int, ...]] = []
    detail: list[float] = []
    for row in rows:
        place = places.setdefault(row["hash"], len(places))
        if place == len(photos):
            photos.append([])
            hashes, measures = peek(row["head"])
            words.append((hashes.phash, *hashes.phash_256))
            detail.append(measures.coarse)
        photos[place].append((row["item_id"], row["id"]))
    table = np.array(words, np.uint64).reshape(-1, 5)
    return _Contents(list(places), photos, table[:, 0], table[:, 1:], np.array(detail))


def _candidates(
    contents: _Contents, radius: int, context: JobContext
) -> tuple[npt.NDArray[np.int64], int]:
    """(pairs, 2) contents in different items that may be one photo, and how many were left out."""
    telling = np.flatnonzero(contents.detail >= _LEAST_DETAIL)
    near = find_near(contents.phash[telling], radius, context)
    order = np.argsort(near.class_of, kind="stable")
    ends = np.cumsum(np.bincount(near.class_of, minlength=len(near.distinct)))
    members = [telling[part] for part in np.split(order, ends[:-1])] if len(order) else []
    usable = [len(group) <= _LARGEST_CLASS for group in members]
    left_out = len(contents.hashes) - sum(
        len(group) for group, use in zip(members, usable, strict=True) if use
    )
    found = []
    for group, use in zip(members, usable, strict=True):
        if use and len(group) > 1:
            found.append(group[np.stack(np.triu_indices(len(group), 1), axis=1)])
    for first, second in near.pairs:
        if usable[first] and usable[second]:
            grid = np.meshgrid(members[first], members[second], indexing="ij")
            found.append(np.stack([axis.ravel() for axis in grid], axis=1))
    if not found:
        return np.zeros((0, 2), np.int64), left_out
    pairs = np.sort(np.concatenate(found), axis=1)
    words = contents.phash_256
    pairs = pairs[hamming_distances(words[pairs[:, 0]], words[pairs[:, 1]]) <= _RADIUS_256]
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    apart = [_in_different_items(contents, int(a), int(b)) for a, b in pairs]
    return pairs[np.array(apart, np.bool_)], left_out


def _in_different_items(contents: _Contents, first: int, second: int) -> bool:
    items = {item for place in (first, second) for item, _ in contents.photos[place]}
    return len(items) > 1


def _verified(
    catalogue: Catalogue,
    contents: _Contents,
    pairs: npt.NDArray[np.int64],
    workers: int,
    context: JobContext,
) -> Iterator[tuple[int, int]]:
    tasks = [
        [
            (int(a), int(b), contents.photos[a][0][1], contents.photos[b][0][1])
            for a, b in pairs[begin : begin + _PAIRS_A_TASK]
        ]
        for begin in range(0, len(pairs), _PAIRS_A_TASK)
    ]
    stage = "Comparing photos of different items"
    workers = min(workers, max(1, len(tasks) // 8))
    found = spread(
        _verify, tasks, FeatureReader, (catalogue.project,), workers=workers, context=context
    )
    for done, results in enumerate(found, start=1):
        context.report(stage, done, len(tasks))
        yield from results


def _verify(
    reader: FeatureReader, pairs: Sequence[tuple[int, int, int, int]]
) -> list[tuple[int, int]]:
    """Which of the (content, content, photo, photo) are one shot."""
    photos = reader.photos(id_ for pair in pairs for id_ in pair[2:])
    same = []
    for first, second, *ids in pairs:
        known = reader.subjects(photos[id_] for id_ in ids if id_ in photos)
        load = partial(_load, reader, [photo for photo, _ in known])
        if len(known) == 2:
            copies = find_copies([subject for _, subject in known], load)
            # Shops dye one studio shot by hand, so that each colour is an item; inside an item a
            # part in another colour is likelier a sticker.
            if any(not copy.comparison.is_recoloured for copy in copies):
                same.append((first, second))
    return same


def _load(
    reader: FeatureReader, photos: Sequence[Photo], at: int, side_px: int | None
) -> Pixels | None:
    return reader.picture(photos[at], side_px)


def _rows(
    catalogue: Catalogue, contents: _Contents, same: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, HintRow]]:
    """A hint for each photo and each of a few other items that have it."""
    alike: dict[int, list[int]] = defaultdict(list)
    for first, second in same:
        alike[first].append(second)
        alike[second].append(first)
    denied = denied_pairs(catalogue, contents.hashes)
    for place, photos in enumerate(contents.photos):
        for item, photo in photos:
            found = list(_elsewhere(contents, place, item, alike[place], denied))
            others = sorted(found, key=lambda other: (-other[2], other[0], other[1]))
            first_of_item: dict[int, tuple[int, float]] = {}
            for other_item, other_photo, score in others:
                first_of_item.setdefault(other_item, (other_photo, score))
            listed = list(first_of_item.items())[:_MOST_LISTED]
            count = len(first_of_item)
            where = "in another item" if count == 1 else f"in {count:,} other items"
            for _, (other_photo, score) in listed:
                how = "the same file" if score == 1 else "the same photo"
                relation = "same bytes" if score == 1 else "same shot"
                yield (
                    item,
                    HintRow(
                        HintKind.IN_OTHER_ITEM,
                        photo,
                        other_photo,
                        relation,
                        score,
                        f"{how} is {where}",
                        "",
                    ),
                )


def _elsewhere(
    contents: _Contents,
    place: int,
    item: int,
    alike: Iterable[int],
    denied: set[tuple[bytes, bytes]],
) -> Iterator[tuple[int, int, float]]:
    """(item, photo, score) of the same photo in other items."""
    for other in (place, *alike):
        pair = sorted((contents.hashes[place], contents.hashes[other]))
        if (pair[0], pair[1]) in denied:
            continue
        for other_item, other_photo in contents.photos[other]:
            if other_item != item:
                yield other_item, other_photo, 1.0 if other == place else _SCORE
