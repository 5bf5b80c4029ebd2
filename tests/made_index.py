"""An opened index of made-up vectors, with no run, photos or catalogue behind it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.embedding.index import Index, Vectors
from core.embedding.neighbours import Space
from core.embedding.photo_facts import Coded, Facet, PhotoFacts
from core.training.runs import Run
from explorer.opened_index import OpenedIndex


def made_index(vectors: Vectors, photos_of_item: int, texts: Sequence[str] = ()) -> OpenedIndex:
    """Photos 1, 2 … at unit vectors, item by item.

    Args:
        vectors: (n, d), of unit length.
        photos_of_item: Each item's; the last may have fewer.
        texts: Of each item, to be searched for words; by default none has any.
    """
    count = len(vectors)
    items = np.arange(count, dtype=np.int32) // photos_of_item
    n_items = int(items[-1]) + 1
    column = Coded(("", "a"), (np.arange(n_items) % 10 == 0).astype(np.int32))
    facts = PhotoFacts(
        items, np.ones(count, bool), np.ones(count, bool), np.arange(n_items, dtype=np.int64),
        ("",) * n_items, tuple(texts) or ("",) * n_items, dict.fromkeys(Facet, column),
        np.full(n_items, np.nan), Coded(("",), np.zeros(n_items, np.int32)),
    )  # fmt: skip
    ids = np.arange(1, count + 1, dtype=np.int64)
    index = Index(vectors, ids, (b"",) * count, "made", "angular", "made", 64, "pad")
    return OpenedIndex(
        Run(Path("/made")),
        index,
        Space(vectors, "angular"),
        facts,
        hint_codes=np.zeros(count, np.int8),
        sent=np.zeros(count, bool),
    )
