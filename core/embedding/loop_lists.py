"""From the model back to the data: what it suspects to be wrong, in lists with scores and reasons.

A model that was trained on what is clean by and large shows what is not: photos that lie far from
their own item, items that lie in one another's cloud, photos of two items at one and the same
place, and photos like those that were rejected as tags.

How near is near depends on where: plain black dresses lie close together, whoever sells them. So
a distance to another item is held against the distance to the next item but that one (as Lowe's
ratio test does for matches, 2004), and the distance to the own item against how far that item's
other photos lie from each other.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from core.catalogue.database import Catalogue
from core.embedding.clouds import Cloud, find_clouds
from core.embedding.foreign import Foreigners, nearest_foreign
from core.embedding.index import Index, Rows, Vectors
from core.embedding.known_tags import KnownTags, read_known_tags
from core.embedding.looks import read_looks
from core.embedding.mates import Mates, nearest_mates
from core.embedding.photo_facts import PhotoFacts
from core.embedding.suspicions import Finding, LoopLists, Suspicion
from core.embedding.tag_finder import find_tags
from core.jobs.context import JobContext

LookAt = Callable[[Rows], Vectors]
"""The looks (`core.embedding.looks`) of rows of the index."""

_USUAL_WEIGHT = 3.0
"""What is usual in the catalogue counts as much as three items of how far the others lie apart."""
_STANDS_OUT = 2.0
"""Robust deviations from the middle, from where on a photo is listed as far."""
_TOGETHER = 0.6
"""Of the distance to the next item, up to where two items are listed as lying together."""
_AT_ONE_PLACE = 0.5
"""Likewise for two photos; and no farther than half of what photos of one item usually are."""


def suspects_of(
    catalogue: Catalogue, index: Index, index_file: Path, facts: PhotoFacts, context: JobContext
) -> LoopLists:
    """The lists of a run's index, as the catalogue is now.

    Raises:
        Cancelled: The context was cancelled.
    """
    tags = read_known_tags(catalogue, index, index_file, context)
    return make_loop_lists(index, facts, tags, looks_in(catalogue, index, context), context)


def looks_in(catalogue: Catalogue, index: Index, context: JobContext) -> LookAt:
    """Gives the looks of rows of an index."""
    return lambda rows: read_looks(catalogue, index.photo_ids[rows].tolist(), context)


def make_loop_lists(
    index: Index,
    facts: PhotoFacts,
    tags: KnownTags,
    look_at: LookAt,
    context: JobContext,
    *,
    seed: int = 0,
) -> LoopLists:
    """Makes the lists from all kept photos of an index.

    Args:
        index: The photos.
        facts: What the catalogue says of them.
        tags: Those that the user rejected as tags, whether in the index or not.
        look_at: Gives the looks of photos, asked only where enough tags are known.
        context: Progress and cancellation.
        seed: Of what is drawn where there are very many photos.

    Raises:
        Cancelled: The context was cancelled.
    """
    rows = np.flatnonzero(facts.kept)
    vectors, item_of = index.vectors[rows], facts.item_of[rows]
    mates = nearest_mates(vectors, item_of, context)
    foreign = nearest_foreign(vectors, item_of, context)
    known = mates.distances[~np.isnan(mates.distances)]
    usual = max(float(np.median(known)), 1e-9) if len(known) else 1.0
    # What does not matter beside what photos of one item usually are apart.
    grain = 0.1 * usual
    clouds = find_clouds(vectors, item_of, foreign, grain, _TOGETHER, context)

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

    titles = [facts.titles[facts.item_row[row]] for row in rows.tolist()]
    # On a busy machine the linear algebra's own threads wait for one another longer than they work.
    with threadpool_limits(1, "blas"):
        like_tags, auc = find_tags(
            vectors, item_of, mates, tags, lambda some: look_at(rows[some]), seed
        )
    return LoopLists(
        far=named(_far(mates, foreign)),
        cloud=named([_cloud(each, titles) for each in clouds]),
        same_place=named(_same_place(foreign, usual, titles)),
        tags=named(like_tags),
        tags_known=len(tags.vectors),
        tags_missing=tags.missing,
        tags_auc=auc,
    )


def _far(mates: Mates, foreign: Foreigners) -> list[Finding]:
    """Photos far from the others of their item, by how far those lie apart.

    Of two photos that have but each other, the one that lies nearer to other items.
    """
    known = np.flatnonzero(~np.isnan(mates.distances))
    if not len(known):
        return []
    apart = mates.others[~np.isnan(mates.others)]
    usual = float(np.median(apart)) if len(apart) else float(np.median(mates.distances[known]))
    others = np.where(np.isnan(mates.others), usual, mates.others)
    reach = (mates.distances + mates.means) / 2
    times = reach * (1 + _USUAL_WEIGHT) / (others + _USUAL_WEIGHT * max(usual, 1e-9))
    middle = float(np.median(times[known]))
    deviation = 1.4826 * float(np.median(np.abs(times[known] - middle)))
    found = []
    for row in known[times[known] > middle + _STANDS_OUT * deviation].tolist():
        mate = int(mates.rows[row])
        is_pair = np.isnan(mates.others[row])
        if is_pair and (foreign.distances[mate], mate) < (foreign.distances[row], row):
            continue
        nearer = foreign.distances[row] < mates.distances[row]
        found.append(
            Finding(
                Suspicion.FAR_FROM_ITEM,
                row,
                None,
                float(times[row] / (1 + times[row])),
                f"lies {reach[row] / max(others[row], 1e-9):.1f} times as far from the other photos"
                f" of its item as {'is usual' if is_pair else 'they lie from each other'}"
                f"{'; photos of other items lie nearer' if nearer else ''}",
            )
        )
    return found


def _cloud(cloud: Cloud, titles: list[str]) -> Finding:
    """A pair of items that lie together, by the nearer half of the photos of either."""
    return Finding(
        Suspicion.IN_OTHER_CLOUD,
        cloud.row,
        cloud.other_row,
        1 - cloud.share,
        f"photos of its item lie with photos of “{titles[cloud.other_row]}”, at {cloud.share:.0%} "
        "of the distance to the next item: listed twice, or mixed up?",
    )


def _same_place(foreign: Foreigners, usual: float, titles: list[str]) -> list[Finding]:
    """Photos of different items that lie (almost) at one place, each pair once."""
    near = foreign.distances <= _AT_ONE_PLACE * np.minimum(foreign.next_distances, usual)
    best: dict[tuple[int, int], Finding] = {}
    for row in np.flatnonzero(near & (foreign.rows >= 0)).tolist():
        other = int(foreign.rows[row])
        share = float(foreign.distances[row] / max(foreign.next_distances[row], 1e-9))
        finding = Finding(
            Suspicion.SAME_PLACE,
            row,
            other,
            1 - share,
            f"lies where a photo of “{titles[other]}” lies, at {share:.0%} of the distance to the "
            "next item",
        )
        pair = (min(row, other), max(row, other))
        if pair not in best or finding.score > best[pair].score:
            best[pair] = finding
    return list(best.values())
