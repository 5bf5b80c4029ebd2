"""What the map can be coloured by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.embedding.photo_facts import Facet
from explorer.exploring import Exploring
from explorer.map_colours import Colouring, by_category, by_number, one_colour

NOTHING = "one colour"
PRICE = "price"
DISTANCE = "distance to the query"
KEPT = "neighbours kept"
"""By the run that is shown beside."""

COLUMNS: Sequence[str] = (NOTHING, *(str(facet) for facet in Facet), PRICE, DISTANCE)


def colouring_by(
    column: str, exploring: Exploring, kept: npt.NDArray[np.float32] | None = None
) -> Colouring:
    """The colours of a column; one colour for all where it cannot be had just now.

    Args:
        column: Its name.
        exploring: What is explored.
        kept: (n,) the share of each photo's neighbours that a run beside keeps, if there is one.
    """
    opened = exploring.opened
    if opened is None:
        return one_colour(0)
    facts, count = opened.facts, opened.index.size
    if column in set(map(str, Facet)):
        facet = Facet(column)
        names = facts.facets[facet].values
        return by_category(column, facts.photo_codes(facet).astype(np.int64), names)
    if column == PRICE and facts.item_count:
        known = facts.item_row >= 0
        prices = np.where(known, facts.prices[facts.item_row], np.nan)
        return by_number(column, prices)
    if column == KEPT and kept is not None:
        return by_number(column, kept)
    vector, space = exploring.moved_vector(), exploring.space
    if column == DISTANCE and vector is not None and space is not None:
        return by_number(column, space.distances(vector, np.arange(count)))
    return one_colour(count)
