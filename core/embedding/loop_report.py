"""How good are the loop lists? Held against what was planted in a demo scrape.

Counted are the kinds of dirt that a place in the model's space can show: photos of other items,
tags, screenshots and photos too dark to show anything, and what two items share. Copies within an
item and blurred photos lie where their item lies: those are found by cleaning's hints, and are in
no list's denominator.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.catalogue.database import Catalogue
from core.embedding.demo_truth import DemoTruth
from core.embedding.index import Index
from core.embedding.known_tags import KnownTags
from core.embedding.looks import read_looks
from core.embedding.loop_lists import looks_in, make_loop_lists
from core.embedding.photo_facts import PhotoFacts
from core.embedding.suspicions import Finding, LoopLists, Suspicion
from core.embedding.tag_finder import TOLD_APART
from core.jobs.context import JobContext
from core.number_words import plural
from core.scrape.demo.truth import CLEAN_KINDS, Kind, TruthRow

FIRST = (50, 100, 200)
"""How many of a list are looked at; besides, all of it."""

_KNOWN_TAGS = 20
_NOT_THE_ITEM = frozenset({Kind.OTHER_ITEM, Kind.TAG, Kind.SCREENSHOT, Kind.DARK})
_WRONG = _NOT_THE_ITEM | {Kind.RELISTED}


@dataclass(frozen=True)
class Cut:
    """The beginning of a list, held against the truth.

    Attributes:
        first: How many were looked at (fewer than asked for where the list is shorter).
        right: How many of those are what was looked for.
        wrong_otherwise: How many more of those are dirt of another kind.
        found: How many of the planted ones they name.
    """

    first: int
    right: int
    wrong_otherwise: int
    found: int


@dataclass(frozen=True)
class ListJudged:
    """One list, held against the truth.

    Attributes:
        name: The list's.
        looked_for: What was planted that it should find, in words.
        length: How many it suspects.
        planted: How many there are to be found.
        cuts: Of its first 50, 100 and 200, and of all of it.
    """

    name: str
    looked_for: str
    length: int
    planted: int
    cuts: tuple[Cut, ...]

    def __str__(self) -> str:
        told = "".join(f"{_in_a_cell(cut, self.planted):>14}" for cut in self.cuts)
        return f"{self.name:<34}{told}{self.length:>8}{self.planted:>9}   {self.looked_for}"


@dataclass(frozen=True)
class LoopReport:
    """All lists, and what they find together.

    Attributes:
        run: Whose embeddings.
        photos: How many photos were looked at.
        lists: Each list.
        planted_wrong: Photos of other items, tags, screenshots, dark photos and re-listed copies.
        found_wrong: How many of those are named by the first 50, 100, 200 and by all of the lists.
    """

    run: str
    photos: int
    lists: tuple[ListJudged, ...]
    planted_wrong: int
    found_wrong: tuple[int, ...]

    def __str__(self) -> str:
        cuts = "".join(f"{f'first {first}':>14}" for first in FIRST)
        together = "".join(
            f"{f'{found / max(1, self.planted_wrong):.2f}':>14}" for found in self.found_wrong
        )
        return "\n".join(
            [
                f"Loop lists of “{self.run}” over {plural(self.photos, 'photo')}:"
                " precision, recall",
                f"{'':<34}{cuts}{'all':>14}{'length':>8}{'planted':>9}",
                *map(str, self.lists),
                f"{'all together find':<34}{together}{'':>8}{self.planted_wrong:>9}   "
                "photos of other items, tags, screenshots, dark photos, re-listed copies",
            ]
        )


def report_on_loop_lists(
    catalogue: Catalogue,
    index: Index,
    facts: PhotoFacts,
    truth: DemoTruth,
    context: JobContext,
    *,
    seed: int = 0,
) -> LoopReport:
    """Makes the lists and holds them against the truth.

    As if the user had rejected twenty tags so far, drawn at random, and nothing else.

    Args:
        catalogue: Of the demo's project.
        index: The photos.
        facts: What the catalogue says of them.
        truth: What is true of them.
        context: Progress and cancellation.
        seed: Which tags are known.
    """
    all_tags = np.array(
        [row for row in truth.rows if facts.kept[row] and truth.rows[row].kind is Kind.TAG],
        np.int64,
    )
    known = np.random.default_rng(seed).permutation(all_tags)[:_KNOWN_TAGS]
    kept = facts.kept.copy()
    kept[known] = False
    facts = replace(facts, kept=kept)
    looks = read_looks(catalogue, index.photo_ids[known].tolist(), context)
    tags = KnownTags(index.vectors[known], facts.item_of[known], looks, missing=0)
    look_at = looks_in(catalogue, index, context)
    lists = make_loop_lists(index, facts, tags, look_at, context, seed=seed)
    shown = [row for row in truth.rows if kept[row]]
    wrong = {row for row in shown if truth.rows[row].kind in _WRONG}
    found = tuple(len(wrong & _rows_named(lists, first)) for first in (*FIRST, None))
    judged = _judge_lists(lists, truth, shown, len(known))
    return LoopReport(index.run, int(facts.kept.sum()), judged, len(wrong), found)


def _judge_lists(
    lists: LoopLists, truth: DemoTruth, shown: Sequence[int], known_tags: int
) -> tuple[ListJudged, ...]:
    """Each list against what of it was planted among the rows that were shown."""

    def kind_of(finding: Finding) -> Kind | None:
        of_photo = truth.rows.get(finding.row)
        return None if of_photo is None else of_photo.kind

    def is_dirt(finding: Finding) -> bool:
        return kind_of(finding) not in CLEAN_KINDS

    def of_kinds(kinds: frozenset[Kind]) -> set[int]:
        return {row for row in shown if truth.rows[row].kind in kinds}

    return (
        _judge(
            Suspicion.FAR_FROM_ITEM,
            "other items' photos, tags, screenshots, dark photos",
            lists.far,
            lambda finding: kind_of(finding) in _NOT_THE_ITEM,
            is_dirt,
            of_kinds(_NOT_THE_ITEM),
            lambda finding: [finding.row],
        ),
        _judge(
            Suspicion.IN_OTHER_CLOUD,
            "pairs of items that list one garment",
            lists.cloud,
            lambda finding: _same_garment(truth, finding),
            is_dirt,
            _listed_twice(truth, shown),
            lambda finding: [_items_of(truth, finding)],
        ),
        _judge(
            Suspicion.SAME_PLACE,
            "photos that two items share",
            lists.same_place,
            lambda finding: _same_garment(truth, finding),
            is_dirt,
            of_kinds(frozenset({Kind.RELISTED})),
            lambda finding: [finding.row, finding.other_row],
        ),
        _judge(
            Suspicion.WITH_TAGS,
            _tags_in_words(known_tags, lists.tags_auc),
            lists.tags,
            lambda finding: kind_of(finding) is Kind.TAG,
            is_dirt,
            of_kinds(frozenset({Kind.TAG})),
            lambda finding: [finding.row],
        ),
    )


def _rows_named(lists: LoopLists, first: int | None) -> set[int]:
    """The rows that the beginnings of all lists name; None for the whole lists."""
    return {
        row
        for suspicion in Suspicion
        for finding in lists.of(suspicion)[:first]
        for row in (finding.row, finding.other_row)
        if row is not None
    }


def _judge(
    name: str,
    looked_for: str,
    findings: Sequence[Finding],
    is_right: Callable[[Finding], bool],
    is_dirt: Callable[[Finding], bool],
    planted: Collection[object],
    names: Callable[[Finding], Iterable[object]],
) -> ListJudged:
    right = [is_right(finding) for finding in findings]
    otherwise = [not hit and is_dirt(finding) for hit, finding in zip(right, findings, strict=True)]

    def cut(first: int | None) -> Cut:
        named = {thing for finding in findings[:first] for thing in names(finding)}
        return Cut(
            len(findings[:first]),
            sum(right[:first]),
            sum(otherwise[:first]),
            sum(thing in named for thing in planted),
        )

    cuts = tuple(cut(first) for first in (*FIRST, None))
    return ListJudged(name, looked_for, len(findings), len(planted), cuts)


def _in_a_cell(cut: Cut, planted: int) -> str:
    """As in ".96, .34": precision, and the share of the planted ones that is named."""
    if not cut.first or not planted:
        return "–"
    return f"{cut.right / cut.first:.2f}, {cut.found / planted:.2f}"


def _tags_in_words(known: int, auc: float | None) -> str:
    if auc is None:
        return "too few tags to learn from"
    if auc < TOLD_APART:
        return f"tags; they are not told apart (AUC {auc:.2f} with {known} known)"
    return f"tags, {known} others being known (AUC {auc:.2f})"


def _same_garment(truth: DemoTruth, finding: Finding) -> bool:
    one = truth.rows.get(finding.row)
    other = None if finding.other_row is None else truth.rows.get(finding.other_row)
    return one is not None and other is not None and one.garment == other.garment != ""


def _items_of(truth: DemoTruth, finding: Finding) -> frozenset[str]:
    rows = [row for row in (finding.row, finding.other_row) if row is not None]
    return frozenset(truth.rows[row].item for row in rows if row in truth.rows)


def _listed_twice(truth: DemoTruth, shown: Iterable[int]) -> set[frozenset[str]]:
    """The pairs of items that list one and the same garment, by photos that show it as their own.

    A photo of another item that was planted lists nothing.
    """
    items: dict[str, set[str]] = {}
    for row in shown:
        of_photo: TruthRow = truth.rows[row]
        if of_photo.garment and of_photo.kind is not Kind.OTHER_ITEM:
            items.setdefault(of_photo.garment, set()).add(of_photo.item)
    return {
        frozenset((one, other))
        for of_garment in items.values()
        for one in of_garment
        for other in of_garment
        if one < other
    }
