"""Which photos show what a direction should point at, and which do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.embedding.directions.words import PATTERN_WORDS, patterns_named
from core.embedding.index import Rows
from core.embedding.photo_facts import PhotoFacts
from core.errors import UserError

PLAIN = "plain"

_FEWEST_RIVALS = 2


@dataclass(frozen=True, eq=False)
class Examples:
    """Two groups of photos, as rows of an index, ascending.

    Attributes:
        name: What the positive ones have.
        positive: (p,) int64.
        negative: (q,) int64; of many kinds, for against plain garments alone every pattern's
            direction is the same.
        queries: Negative ones that a move is best tried on (plain garments), maybe none.
        words: That the positive ones were found by.
    """

    name: str
    positive: Rows
    negative: Rows
    queries: Rows
    words: tuple[str, ...] = ()


def examples_by_words(
    facts: PhotoFacts, words: Mapping[str, Sequence[str]] = PATTERN_WORDS
) -> dict[str, Examples]:
    """The examples of each pattern whose words occur in the titles of kept photos' items.

    Each is set against all photos whose title names another pattern: a garment whose title names
    none may well be striped. Only where fewer than two others are named, it is set against all
    photos whose title does not name it.
    """
    named = patterns_named(facts.titles, words)
    found = {}
    for name, listed in words.items():
        has = np.array([name in names for names in named], bool)
        others = np.array([bool(names) and name not in names for names in named], bool)
        rivals = {rival for names in named if name not in names for rival in names}
        if len(rivals) < _FEWEST_RIVALS:
            others = ~has
        plain = np.array([PLAIN in names and name not in names for names in named], bool)
        positive, negative = _photos_of(facts, has), _photos_of(facts, others)
        if len(positive) and len(negative):
            found[name] = Examples(
                name, positive, negative, _photos_of(facts, plain & others), tuple(listed)
            )
    return found


def examples_by_picking(
    facts: PhotoFacts, name: str, positive: Iterable[int], negative: Iterable[int] = ()
) -> Examples:
    """The examples that the user picked, as rows of the index.

    Args:
        facts: Of the index's photos.
        name: What to call it.
        positive: Rows that have it.
        negative: Rows that do not; where there are none, all other kept photos of other items.

    Raises:
        UserError: A photo is in both groups, or one of the groups is of fewer than two items.
    """
    has = np.unique(np.fromiter(positive, np.int64))
    has_not = np.unique(np.fromiter(negative, np.int64))
    if len(np.intersect1d(has, has_not)):
        raise UserError(
            f"Some photos are picked both with and without “{name}”",
            remedy="Take them out of one of the two groups.",
        )
    if not len(has_not):
        own_items = np.unique(facts.item_of[has])
        has_not = np.flatnonzero(facts.kept & ~np.isin(facts.item_of, own_items))
    for group in (has, has_not):
        if len(np.unique(facts.item_of[group])) < 2:
            raise UserError(
                f"There are too few examples for “{name}”: each group needs photos of at least "
                "two items, and what is learned on half of them is tried on the other half",
                remedy="Pick more photos, of different items; from sixty on directions settle.",
            )
    return Examples(name, has, has_not, np.empty(0, np.int64))


def _photos_of(facts: PhotoFacts, items: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Rows:
    if not facts.item_count:
        return np.empty(0, np.int64)
    return np.flatnonzero(facts.kept & items[facts.item_row])
