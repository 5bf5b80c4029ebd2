"""What the model can suspect of photos, and the lists of what it does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.catalogue.records import HintKind


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
        tags: Photos that are like the rejected tags; empty where too few are known.
        tags_known: How many tags that list was made from.
        tags_missing: How many more are rejected, but not embedded with this run yet.
        tags_auc: How often a known tag that was kept back is more like the others than a photo at
            random is, 0.5 to 1; None where too few are known. Below `tag_finder.TOLD_APART` the
            list is empty.
    """

    far: tuple[Finding, ...]
    cloud: tuple[Finding, ...]
    same_place: tuple[Finding, ...]
    tags: tuple[Finding, ...]
    tags_known: int
    tags_missing: int = 0
    tags_auc: float | None = None

    def all(self) -> tuple[Finding, ...]:
        return (*self.far, *self.cloud, *self.same_place, *self.tags)

    def of(self, suspicion: Suspicion) -> tuple[Finding, ...]:
        """The list of one suspicion."""
        return {
            Suspicion.FAR_FROM_ITEM: self.far,
            Suspicion.IN_OTHER_CLOUD: self.cloud,
            Suspicion.SAME_PLACE: self.same_place,
            Suspicion.WITH_TAGS: self.tags,
        }[suspicion]
