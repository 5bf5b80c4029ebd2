"""From the model back to the data: what it suspects to be wrong, in lists with scores and reasons.

A model that was trained on what is clean by and large shows what is not: photos that lie far from
their own item, items that lie in one another's cloud, photos of two items at one and the same
place, and photos that lie where the rejected tags lie.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.catalogue.records import HintKind
from core.embedding.directions.separating import radial_machine
from core.embedding.foreign import Nearest, groups, nearest_foreign, nearest_mates
from core.embedding.index import Index, Rows, Vectors
from core.embedding.photo_facts import PhotoFacts
from core.jobs.context import JobContext

FEWEST_TAGS = 5
"""From so few rejected tags on, others are looked for."""

TOLD_APART = 0.75
"""How well the model must tell tags it was not shown from garments (AUC) for a list of them."""

_FEWEST_MATES = 2
_AT_ONE_PLACE = 0.1
_FAR = 1.0


class Suspicion(StrEnum):
    """What is suspected; each is a list of its own."""

    FAR_FROM_ITEM = "far from its own item"
    IN_OTHER_CLOUD = "among another item's photos"
    SAME_PLACE = "at the place of another item's photo"
    WITH_TAGS = "among the tags"

    @property
    def hint(self) -> HintKind:
        """What the cleaner shows it as."""
        return _HINTS[self]


_HINTS = {
    Suspicion.FAR_FROM_ITEM: HintKind.ODD_ONE_OUT,
    Suspicion.IN_OTHER_CLOUD: HintKind.IN_OTHER_ITEM,
    Suspicion.SAME_PLACE: HintKind.IN_OTHER_ITEM,
    Suspicion.WITH_TAGS: HintKind.TAG,
}


@dataclass(frozen=True)
class Finding:
    """One photo that is suspected.

    Attributes:
        suspicion: Of what.
        row: Of the index.
        other_row: The photo of another item that speaks against it, or None.
        score: 0 to 1, higher is surer; comparable within a list only.
        why: For the list and, once sent there, for the cleaner.
    """

    suspicion: Suspicion
    row: int
    other_row: int | None
    score: float
    why: str


@dataclass(frozen=True)
class LoopLists:
    """The lists, each with the surest first.

    Attributes:
        far: Photos far from all others of their item.
        cloud: One photo for each two items that lie in one another's cloud.
        same_place: Photos at the place of another item's photo, each pair once.
        tags: Photos among the tags; empty where too few tags are known.
        tags_known: How many tags that list was made from.
        tags_auc: How often a known tag that was kept back lies more with the others than a photo at
            random does, 0.5 to 1; None where too few are known. Below `TOLD_APART` the list is
            empty: a model that learned to put a tag with its garment cannot find tags.
    """

    far: tuple[Finding, ...]
    cloud: tuple[Finding, ...]
    same_place: tuple[Finding, ...]
    tags: tuple[Finding, ...]
    tags_known: int
    tags_auc: float | None = None

    def all(self) -> tuple[Finding, ...]:
        return (*self.far, *self.cloud, *self.same_place, *self.tags)


def make_loop_lists(
    index: Index, facts: PhotoFacts, tags: Vectors, context: JobContext, *, seed: int = 0
) -> LoopLists:
    """Makes the lists from all kept photos of an index.

    Args:
        index: The photos.
        facts: What the catalogue says of them.
        tags: (t, d) where photos lie that the user rejected as tags, whether in the index or not.
        context: Progress and cancellation.
        seed: Of what is drawn where there are very many photos.

    Raises:
        Cancelled: The context was cancelled.
    """
    rows = np.flatnonzero(facts.kept)
    vectors, item_of = index.vectors[rows], facts.item_of[rows]
    mates = nearest_mates(vectors, item_of)
    foreign = nearest_foreign(vectors, item_of, index.metric, context)
    known = mates.distances[~np.isnan(mates.distances)]
    usual = max(float(np.median(known)), 1e-9) if len(known) else 1.0

    def named(found: list[Finding]) -> tuple[Finding, ...]:
        """With rows of the index instead of rows among the kept, the surest first."""
        found.sort(key=lambda finding: (-finding.score, finding.row))
        return tuple(
            Finding(
                each.suspicion,
                int(rows[each.row]),
                None if each.other_row is None else int(rows[each.other_row]),
                each.score,
                each.why,
            )
            for each in found
        )

    titles = _titles(facts, rows)
    auc = _told_apart(vectors, tags, seed)
    among_tags = [] if auc is None or auc < TOLD_APART else _with_tags(vectors, tags, auc, seed)
    return LoopLists(
        far=named(_far(item_of, mates, foreign, usual)),
        cloud=named(_clouds(item_of, mates, foreign, titles)),
        same_place=named(_same_place(foreign, usual, titles)),
        tags=named(among_tags),
        tags_known=len(tags),
        tags_auc=auc,
    )


def _far(item_of: Rows, mates: Nearest, foreign: Nearest, usual: float) -> list[Finding]:
    """Photos farther from all others of their item than photos of one item usually lie apart."""
    sizes = np.unique(item_of, return_inverse=True, return_counts=True)
    mates_of = sizes[2][sizes[1]] - 1
    found = []
    for row in np.flatnonzero((mates_of >= _FEWEST_MATES) & (mates.distances > _FAR * usual)):
        own, other = float(mates.distances[row]), float(foreign.distances[row])
        times = own / usual
        nearer = "; photos of other items lie nearer" if not np.isnan(other) and other < own else ""
        found.append(
            Finding(
                Suspicion.FAR_FROM_ITEM,
                int(row),
                None,
                times / (1 + times),
                f"the nearest other photo of its item is {times:.1f} times as far away as is "
                f"usual{nearer}",
            )
        )
    return found


def _clouds(item_of: Rows, mates: Nearest, foreign: Nearest, titles: list[str]) -> list[Finding]:
    """Items most of whose photos lie nearer to one and the same other item than to their own."""
    best: dict[tuple[int, int], Finding] = {}
    for members in groups(item_of):
        if len(members) < 2 or foreign.rows[members[0]] < 0:
            continue
        nearer = members[foreign.distances[members] <= mates.distances[members]]
        others = Counter(item_of[foreign.rows[nearer]].tolist())
        if not others:
            continue
        other, count = others.most_common(1)[0]
        if count < 2:
            continue
        there = nearer[item_of[foreign.rows[nearer]] == other]
        row = int(there[foreign.distances[there].argmin()])
        other_row = int(foreign.rows[row])
        finding = Finding(
            Suspicion.IN_OTHER_CLOUD,
            row,
            other_row,
            count / len(members) * (1 - 0.5**count),
            f"{count} of the item's {len(members)} photos lie nearer to photos of "
            f"“{titles[other_row]}” than to one another: listed twice, or mixed up?",
        )
        own = int(item_of[row])
        pair = (min(own, other), max(own, other))
        if pair not in best or finding.score > best[pair].score:
            best[pair] = finding
    return list(best.values())


def _same_place(foreign: Nearest, usual: float, titles: list[str]) -> list[Finding]:
    """Photos of different items that lie (almost) at one place, each pair once."""
    bound = _AT_ONE_PLACE * usual
    found, seen = [], set()
    for row in np.flatnonzero(foreign.distances <= bound).tolist():
        other = int(foreign.rows[row])
        pair = (min(row, other), max(row, other))
        if pair in seen:
            continue
        seen.add(pair)
        share = float(foreign.distances[row]) / usual
        found.append(
            Finding(
                Suspicion.SAME_PLACE,
                row,
                other,
                1 - share / (2 * _AT_ONE_PLACE),
                f"lies where a photo of “{titles[other]}” lies: {share:.0%} of the distance that "
                "photos of one item usually have",
            )
        )
    return found


def _told_apart(vectors: Vectors, tags: Vectors, seed: int) -> float | None:
    """The area under the curve for tags of either half when the other half is known."""
    if len(tags) < FEWEST_TAGS or not len(vectors):
        return None
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(tags))
    areas = []
    for half in (order[::2], order[1::2]):
        rest = np.setdiff1d(order, half)
        machine = radial_machine(np.asarray(tags[half], np.float32), vectors, rng)
        of_photos = np.sort(machine.bonuses(vectors))
        of_tags = machine.bonuses(np.asarray(tags[rest], np.float32))
        below = np.searchsorted(of_photos, of_tags, "left")
        at_most = np.searchsorted(of_photos, of_tags, "right")
        areas.append(float((below + at_most).mean()) / (2 * len(vectors)))
    return float(np.mean(areas))


def _with_tags(vectors: Vectors, tags: Vectors, auc: float, seed: int) -> list[Finding]:
    """Photos that a probe, which tells the rejected tags from all others, takes for tags."""
    machine = radial_machine(np.asarray(tags, np.float32), vectors, np.random.default_rng(seed))
    raw = machine.bonuses(vectors)
    return [
        Finding(
            Suspicion.WITH_TAGS,
            row,
            None,
            float(1 / (1 + np.exp(-2 * raw[row]))),
            f"lies among the {len(tags)} photos that you rejected as tags (a tag lies more so than "
            f"a photo at random in {auc:.0%} of cases)",
        )
        for row in np.flatnonzero(raw > 0).tolist()
    ]


def _titles(facts: PhotoFacts, rows: Rows) -> list[str]:
    return [facts.titles[facts.item_row[row]] for row in rows.tolist()]
