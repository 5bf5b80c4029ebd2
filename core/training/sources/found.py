"""What the readers of sources find, before it is merged, filtered and divided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.training.photos import TrainingItem, TrainingPhoto


@dataclass(frozen=True)
class FoundItem:
    """An item with the photos that may be trained on, in order."""

    item: TrainingItem
    photos: tuple[TrainingPhoto, ...]


@dataclass(frozen=True)
class Found:
    """All that a source has.

    Attributes:
        items: In the source's order; all have a photo.
        same_photo: Pairs of places in `items` that are thought to share a photo, though not byte
            for byte; an item whose own two photos are thought to be one is paired with itself.
        warnings: What the user should know, each a sentence.
    """

    items: Sequence[FoundItem]
    same_photo: Sequence[tuple[int, int]] = ()
    warnings: Sequence[str] = field(default=())
