"""What the map can be coloured by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.embedding.clusters import Labels
from core.embedding.photo_colours import LabColours
from core.embedding.photo_facts import Facet, PhotoFacts
from explorer.exploring import Exploring
from explorer.map_colours import Colouring, by_category, by_number, by_turns, one_colour
from explorer.opened_index import HINT_NAMES

NOTHING = "one colour"
PRICE = "price"
DISTANCE = "distance to the query"
KEPT = "neighbours kept"
"""By the run that is shown beside."""

COLOUR = str(Facet.COLOUR)
HINT = "hint"
CLUSTER = "cluster"
"""Of the run's embeddings."""

ITEM = "item"
TAG = "tag"
DENSITY = "density"
"""How many photos lie in each one's neighbourhood of the map."""

COLUMNS: Sequence[str] = (
    NOTHING,
    *(str(facet) for facet in Facet),
    PRICE,
    HINT,
    CLUSTER,
    ITEM,
    TAG,
    DENSITY,
    DISTANCE,
)
_DENSITY_CELLS = 96


def colouring_by(
    column: str,
    exploring: Exploring,
    kept: npt.NDArray[np.float32] | None = None,
    positions: npt.NDArray[np.float32] | None = None,
    clusters: Labels | None = None,
    shades: LabColours | None = None,
) -> Colouring:
    """The colours of a column; one colour for all where it cannot be had just now.

    Args:
        column: Its name.
        exploring: What is explored.
        kept: (n,) the share of each photo's neighbours that a run beside keeps, if there is one.
        positions: (n, 2) where each lies on the map, if there is one.
        clusters: (n,) of each photo, if they have been found.
        shades: (names, 3) of the colours' names, if they have been found.
    """
    opened = exploring.opened
    if opened is None:
        return one_colour(0)
    facts, count = opened.facts, opened.index.size
    if column in set(map(str, Facet)):
        facet = Facet(column)
        names = facts.facets[facet].values
        of_names = shades if facet is Facet.COLOUR else None
        return by_category(column, facts.photo_codes(facet).astype(np.int64), names, of_names)
    if column == PRICE and facts.item_count:
        known = facts.item_row >= 0
        prices = np.where(known, facts.prices[facts.item_row], np.nan)
        return by_number(column, prices)
    if column == HINT:
        return by_category(column, opened.hint_codes.astype(np.int64), HINT_NAMES)
    if column == CLUSTER and clusters is not None:
        return by_category(column, clusters.astype(np.int64), _cluster_names(facts, clusters))
    if column == ITEM:
        return by_turns(column, facts.item_of)
    if column == TAG:
        return by_category(column, *_tags(facts))
    if column == DENSITY and positions is not None:
        return by_number(column, _density(positions))
    if column == KEPT and kept is not None:
        return by_number(column, kept)
    vector, space = exploring.moved_vector(), exploring.space
    if column == DISTANCE and vector is not None and space is not None:
        return by_number(column, space.distances(vector, np.arange(count)))
    return one_colour(count)


def _cluster_names(facts: PhotoFacts, clusters: Labels) -> list[str]:
    """Each cluster's number and commonest category."""
    categories = facts.facets[Facet.CATEGORY].values if facts.item_count else ()
    codes = facts.photo_codes(Facet.CATEGORY)
    names = []
    for cluster in range(int(clusters.max(initial=-1)) + 1):
        counts = np.bincount(codes[(clusters == cluster) & (codes >= 0)], minlength=len(categories))
        commonest = categories[int(counts.argmax())] if counts.any() else ""
        names.append(f"{cluster + 1}: mostly {commonest}" if commonest else str(cluster + 1))
    return names


def _tags(facts: PhotoFacts) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """The tag of each photo; of several, the rarest, for it says most."""
    names = sorted(facts.tags, key=lambda name: (-int(facts.tags[name].sum()), name))
    codes = np.zeros(facts.photo_count, np.int64)
    for code, name in enumerate(names, start=1):
        codes[facts.tags[name]] = code
    return codes, ("no tag", *names)


def _density(positions: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """How many photos lie in each one's cell of the map and the cells around it, (n,)."""
    low, high = np.quantile(positions, (0.005, 0.995), axis=0)
    cells = (positions - low) / np.maximum(high - low, 1e-9) * _DENSITY_CELLS
    x, y = np.clip(cells, 0, _DENSITY_CELLS - 1).astype(np.intp).T
    side = _DENSITY_CELLS + 2
    counts = np.bincount((y + 1) * side + x + 1, minlength=side * side).reshape(side, side)
    around = sum(
        counts[dy : dy + _DENSITY_CELLS, dx : dx + _DENSITY_CELLS]
        for dy in range(3)
        for dx in range(3)
    )
    return np.asarray(np.asarray(around)[y, x], np.float64)
