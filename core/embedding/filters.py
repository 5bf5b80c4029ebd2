"""Filters on the search itself: which rows of an index are searched, and how many of each value."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import repeat
from operator import contains

import numpy as np

from core.embedding.index import Rows
from core.embedding.photo_facts import Facet, Flags, PhotoFacts
from core.jobs.context import JobContext

_TEXTS_AT_ONCE = 2000
_BREATH_S = 0.0002


@dataclass(frozen=True)
class PhotoFilter:
    """Which photos are searched; what is left empty lets all through.

    Attributes:
        chosen: Of each facet that is filtered by, the values that pass ("" for "not known").
        text: Words that must each occur in title, brand, key, colour, size, category or
            description.
        price_from: Lowest price that passes; items without a price do not.
        price_to: Highest price that passes.
        currency: Only prices in this one, where a price is asked for and this is not "".
        only_kept: Leaves out photos that the user rejected.
        tags: Names of which a photo must have one.
    """

    chosen: Mapping[Facet, frozenset[str]] = field(default_factory=dict)
    text: str = ""
    price_from: float | None = None
    price_to: float | None = None
    currency: str = ""
    only_kept: bool = False
    tags: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return self == PhotoFilter(chosen=self.chosen) and not any(self.chosen.values())


@dataclass(frozen=True)
class FilterResult:
    """What a filter leaves.

    Attributes:
        rows: (m,) int64, ascending: the rows that pass, to be searched among.
        counts: For each facet, how many photos each value would have if that facet alone were not
            filtered by, in the order of the facet's values: what choosing the value would add.
        priced: (lowest, highest) price among what passes all but the price; None without any.
        tags: How many photos each tag would have if tags were not filtered by.
    """

    rows: Rows
    counts: Mapping[Facet, tuple[int, ...]]
    priced: tuple[float, float] | None
    tags: Mapping[str, int] = field(default_factory=dict)


def apply_filter(
    facts: PhotoFacts, wanted: PhotoFilter, context: JobContext | None = None
) -> FilterResult:
    """The rows that pass, and the counts; photos that are gone or have changed never pass.

    Items are judged first and photos by their items: 20 ms for half a million photos, and a tenth
    of a second more where there are words, so not on the GUI's thread.

    Raises:
        Cancelled: The context says so.
    """
    context = context or JobContext()
    of_any_tag = facts.kept if wanted.only_kept else facts.present
    of_photos = of_any_tag & _having_tag(facts, wanted.tags)
    if not facts.item_count:
        return FilterResult(np.empty(0, np.int64), dict.fromkeys(facts.facets, ()), priced=None)
    by_text = _having_text(facts, wanted.text, context)
    by_price = _priced(facts, wanted)
    by_facet = {
        facet: _having_value(facts, facet, values)
        for facet, values in wanted.chosen.items()
        if values
    }
    photos_of_item = np.bincount(facts.item_row[of_photos], minlength=facts.item_count)
    counts = {
        facet: _counts(
            facts,
            facet,
            np.where(_all_but(facet, by_facet, by_text & by_price), photos_of_item, 0),
        )
        for facet in facts.facets
    }
    items = _all_but(None, by_facet, by_text)
    passing = (items & by_price)[facts.item_row]
    rows = np.flatnonzero(passing & of_photos)
    tags = {tag: int((flags & passing & of_any_tag).sum()) for tag, flags in facts.tags.items()}
    prices = facts.prices[items & (photos_of_item > 0) & _in_currency(facts, wanted.currency)]
    prices = prices[~np.isnan(prices)]
    return FilterResult(
        rows, counts, (float(prices.min()), float(prices.max())) if len(prices) else None, tags
    )


def _all_but(skipped: Facet | None, by_facet: Mapping[Facet, Flags], rest: Flags) -> Flags:
    passing = rest
    for facet, flags in by_facet.items():
        if facet is not skipped:
            passing = passing & flags
    return passing


def _having_value(facts: PhotoFacts, facet: Facet, values: frozenset[str]) -> Flags:
    column = facts.facets[facet]
    passes = np.array([value in values for value in column.values], bool)
    flags: Flags = passes[column.codes]
    return flags


def _having_tag(facts: PhotoFacts, tags: frozenset[str]) -> Flags:
    if not tags:
        return np.ones(facts.photo_count, bool)
    having = np.zeros(facts.photo_count, bool)
    for tag in tags & facts.tags.keys():
        having |= facts.tags[tag]
    return having


def _having_text(facts: PhotoFacts, text: str, context: JobContext) -> Flags:
    passing = np.ones(facts.item_count, bool)
    # Long words first, for they leave the fewest items to the others. The loop over the items is
    # `map`'s and so C's: a third of the time of one that is written out.
    for word in sorted(set(text.casefold().split()), key=len, reverse=True):
        left = np.flatnonzero(passing)
        for begin in range(0, len(left), _TEXTS_AT_ONCE):
            context.check_cancelled()
            part = left[begin : begin + _TEXTS_AT_ONCE]
            texts = map(facts.texts.__getitem__, part.tolist())
            passing[part] = np.fromiter(map(contains, texts, repeat(word)), bool, len(part))
            if begin + _TEXTS_AT_ONCE < len(left):
                # C's loops keep the interpreter to themselves; other threads want it too.
                time.sleep(_BREATH_S)
    return passing


def _priced(facts: PhotoFacts, wanted: PhotoFilter) -> Flags:
    if wanted.price_from is None and wanted.price_to is None:
        return np.ones(facts.item_count, bool)
    # NaN, the price of items without one, is neither above nor below anything.
    passing = _in_currency(facts, wanted.currency) & ~np.isnan(facts.prices)
    if wanted.price_from is not None:
        passing &= facts.prices >= wanted.price_from
    if wanted.price_to is not None:
        passing &= facts.prices <= wanted.price_to
    return passing


def _in_currency(facts: PhotoFacts, currency: str) -> Flags:
    if not currency:
        return np.ones(facts.item_count, bool)
    passes = np.array([value == currency for value in facts.currencies.values], bool)
    flags: Flags = passes[facts.currencies.codes]
    return flags


def _counts(facts: PhotoFacts, facet: Facet, photos_of_item: Rows) -> tuple[int, ...]:
    column = facts.facets[facet]
    counted = np.bincount(column.codes, photos_of_item, minlength=len(column.values))
    return tuple(int(count) for count in counted)
