"""How good are the loop lists? Held against what was planted in a demo scrape."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.embedding.demo_truth import DemoTruth
from core.embedding.index import Index
from core.embedding.loop_lists import TOLD_APART, Finding, make_loop_lists
from core.embedding.photo_facts import PhotoFacts
from core.jobs.context import JobContext
from core.scrape.demo.truth import CLEAN_KINDS, Kind, TruthRow

FIRST = 100

_KNOWN_TAGS = 20
_NOT_THE_ITEM = frozenset({Kind.OTHER_ITEM, Kind.TAG, Kind.SCREENSHOT})
_BAD = _NOT_THE_ITEM | {Kind.BLURRED, Kind.DARK}
_WRONG = _BAD | {Kind.RELISTED}


@dataclass(frozen=True)
class ListJudged:
    """One list, held against the truth.

    Attributes:
        name: The list's.
        looked_for: What was planted that it should find, in words.
        length: How many it suspects.
        first: How many of the first hundred were looked at (fewer where the list is shorter).
        right: How many of those are what was looked for.
        wrong_otherwise: How many more of those are dirt of another kind.
        planted: How many there are to be found.
        found: How many of the planted ones the first hundred name.
    """

    name: str
    looked_for: str
    length: int
    first: int
    right: int
    wrong_otherwise: int
    planted: int
    found: int

    def __str__(self) -> str:
        precision = f"{self.right / self.first:.2f}" if self.first else "–"
        recall = f"{self.found / self.planted:.2f}" if self.planted else "–"
        return (
            f"{self.name:<34}{precision:>10}{self.right:>6} of {self.first:<4}{recall:>9}"
            f"{self.found:>6} of {self.planted:<5}{self.wrong_otherwise:>7}   {self.looked_for}"
        )


@dataclass(frozen=True)
class LoopReport:
    """All lists, and what they find together.

    Attributes:
        run: Whose embeddings.
        photos: How many photos were looked at.
        lists: Each list.
        planted_wrong: Photos of another item, tags, screenshots, bad photos and re-listed copies.
        found_wrong: How many of those are named by the first hundred of any list.
    """

    run: str
    photos: int
    lists: tuple[ListJudged, ...]
    planted_wrong: int
    found_wrong: int

    def __str__(self) -> str:
        head = (
            f"{'first 100 of each list':<34}{'precision':>10}{'':<15}{'found':>5}{'':<14}"
            f"{'other dirt':>7}"
        )
        share = self.found_wrong / self.planted_wrong if self.planted_wrong else 0.0
        return "\n".join(
            [
                f"Loop lists of “{self.run}” over {self.photos:,} photos",
                head,
                *map(str, self.lists),
                f"together they find {self.found_wrong:,} of {self.planted_wrong:,} planted wrong"
                f" photos ({share:.0%})",
            ]
        )


def report_on_loop_lists(
    index: Index, facts: PhotoFacts, truth: DemoTruth, context: JobContext, *, seed: int = 0
) -> LoopReport:
    """Makes the lists and holds them against the truth.

    As if the user had rejected twenty tags so far, drawn at random, and nothing else.

    Args:
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
    lists = make_loop_lists(index, facts, index.vectors[known], context, seed=seed)

    shown = [row for row in truth.rows if kept[row]]

    def kind_of(finding: Finding) -> Kind | None:
        of_photo = truth.rows.get(finding.row)
        return None if of_photo is None else of_photo.kind

    def of_kinds(kinds: frozenset[Kind]) -> set[int]:
        return {row for row in shown if truth.rows[row].kind in kinds}

    garments = _listed_twice(truth, shown)
    shared = _shared_photos(truth, shown)
    judged = (
        _judge(
            "far from its own item",
            "other items' photos, tags, screenshots",
            lists.far,
            lambda finding: kind_of(finding) in _NOT_THE_ITEM,
            lambda finding: kind_of(finding) not in CLEAN_KINDS,
            of_kinds(_NOT_THE_ITEM),
            lambda finding: [finding.row],
        ),
        _judge(
            "among another item's photos",
            "pairs of items that list one garment",
            lists.cloud,
            lambda finding: _same_garment(truth, finding),
            lambda finding: kind_of(finding) not in CLEAN_KINDS,
            garments,
            lambda finding: [_items_of(truth, finding)],
        ),
        _judge(
            "at the place of another's photo",
            "photos that two items share",
            lists.same_place,
            lambda finding: _same_garment(truth, finding),
            lambda finding: kind_of(finding) not in CLEAN_KINDS,
            shared,
            lambda finding: [finding.row, finding.other_row],
        ),
        _judge(
            "among the tags",
            _tags_in_words(len(known), lists.tags_auc),
            lists.tags,
            lambda finding: kind_of(finding) is Kind.TAG,
            lambda finding: kind_of(finding) not in CLEAN_KINDS,
            of_kinds(frozenset({Kind.TAG})),
            lambda finding: [finding.row],
        ),
    )
    wrong = of_kinds(_WRONG)
    named = {
        row
        for findings in (lists.far, lists.cloud, lists.same_place, lists.tags)
        for finding in findings[:FIRST]
        for row in (finding.row, finding.other_row)
        if row is not None
    }
    return LoopReport(index.run, int(facts.kept.sum()), judged, len(wrong), len(wrong & named))


def _judge(
    name: str,
    looked_for: str,
    findings: Sequence[Finding],
    is_right: Callable[[Finding], bool],
    is_dirt: Callable[[Finding], bool],
    planted: Collection[object],
    names: Callable[[Finding], Iterable[object]],
) -> ListJudged:
    first = findings[:FIRST]
    right = [is_right(finding) for finding in first]
    named = {thing for finding in first for thing in names(finding)}
    return ListJudged(
        name=name,
        looked_for=looked_for,
        length=len(findings),
        first=len(first),
        right=sum(right),
        wrong_otherwise=sum(
            not hit and is_dirt(finding) for hit, finding in zip(right, first, strict=True)
        ),
        planted=len(planted),
        found=len({thing for thing in planted if thing in named}),
    )


def _tags_in_words(known: int, auc: float | None) -> str:
    if auc is None:
        return "too few tags to learn from"
    if auc < TOLD_APART:
        return f"tags; this model does not tell them apart (AUC {auc:.2f} with {known} known)"
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


def _shared_photos(truth: DemoTruth, shown: Iterable[int]) -> set[int]:
    return {row for row in shown if truth.rows[row].kind is Kind.RELISTED}
