"""What the catalogue knows, as frozen records that cross threads, processes and layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any


class ItemState(StrEnum):
    """How far the user is with an item."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"
    REJECTED = "rejected"
    MERGED = "merged"
    """Its photos went to another item; shown nowhere but in the history."""


class PhotoStatus(StrEnum):
    """Whether a photo's file can be shown."""

    NEW = "new"
    """Found, not decoded yet."""
    READY = "ready"
    UNREADABLE = "unreadable"
    TO_DOWNLOAD = "to download"
    NOT_DOWNLOADED = "not downloaded"
    """Tried and failed; `Photo.problem` says why; can be tried again."""


class Verdict(StrEnum):
    """The user's word on a photo. Whatever is not rejected is kept."""

    UNDECIDED = ""
    KEPT = "kept"
    """Looked at and kept, against a hint."""
    REJECTED = "rejected"


class RejectReason(StrEnum):
    """Why a photo does not belong in the clean data set."""

    DUPLICATE = "duplicate"
    TAG = "tag"
    OTHER_ITEM = "other item"
    AMBIGUOUS = "ambiguous"
    LOW_QUALITY = "low quality"
    UNSPECIFIED = "unspecified"


class HintKind(StrEnum):
    """What the program suspects of a photo."""

    EXACT_COPY = "exact copy"
    NEAR_COPY = "near copy"
    """Re-encoded or resized."""
    ALTERED_COPY = "altered copy"
    """Cropped, bordered, mirrored, turned or watermarked."""
    IN_OTHER_ITEM = "in another item"
    LOW_QUALITY = "low quality"
    ODD_ONE_OUT = "odd one out"
    TAG = "tag"

    @property
    def bit(self) -> int:
        """Position in `item.hint_mask`; appended to, never reordered."""
        return _HINT_BITS[self]

    @property
    def reason(self) -> RejectReason | None:
        """The reason a photo is rejected for when the user accepts the hint.

        None where accepting rejects nothing: `IN_OTHER_ITEM` suggests merging two items.
        """
        return _HINT_REASONS[self]


_HINT_BITS = {
    HintKind.EXACT_COPY: 0,
    HintKind.NEAR_COPY: 1,
    HintKind.ALTERED_COPY: 2,
    HintKind.IN_OTHER_ITEM: 3,
    HintKind.LOW_QUALITY: 4,
    HintKind.ODD_ONE_OUT: 5,
    HintKind.TAG: 6,
}
_HINT_REASONS = {
    HintKind.EXACT_COPY: RejectReason.DUPLICATE,
    HintKind.NEAR_COPY: RejectReason.DUPLICATE,
    HintKind.ALTERED_COPY: RejectReason.DUPLICATE,
    HintKind.IN_OTHER_ITEM: None,
    HintKind.LOW_QUALITY: RejectReason.LOW_QUALITY,
    HintKind.ODD_ONE_OUT: RejectReason.OTHER_ITEM,
    HintKind.TAG: RejectReason.TAG,
}


@dataclass(frozen=True)
class Metadata:
    """What a scrape says of an item; "" and None where it does not say."""

    category: str = ""
    title: str = ""
    brand: str = ""
    size: str = ""
    colour: str = ""
    condition: str = ""
    price: float | None = None
    currency: str = ""
    url: str = ""
    description: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


METADATA_COLUMNS = tuple(each.name for each in fields(Metadata))
"""Of the table `item`, in the order of the fields; `extra` is the last."""


@dataclass(frozen=True)
class Item:
    """One listing, with what is derived from its photos and hints."""

    id: int
    source_id: int
    key: str
    metadata: Metadata
    state: ItemState
    note: str
    merged_into: int | None
    photo_count: int
    kept_count: int
    unreadable_count: int
    hint_kinds: frozenset[HintKind]
    suspicion: float
    reason: RejectReason | None = None
    """Why the whole item was rejected."""

    @property
    def title(self) -> str:
        return self.metadata.title or self.key


@dataclass(frozen=True)
class Photo:
    """One photo and the user's word on it.

    Attributes:
        file: Absolute path of the file as it lies now (original, download or quarantine).
        name: Its path within the source, for showing.
        crop: (x1, y1, x2, y2) in upright pixels where the photo is a part of the file.
        width: Upright pixels; None until hashed, like the following.
        tags: Names that the user gave it, by name.
    """

    id: int
    item_id: int
    position: int
    source_id: int
    file: Path
    name: str
    crop: tuple[int, int, int, int] | None
    url: str
    status: PhotoStatus
    problem: str
    byte_count: int | None
    content_hash: bytes | None
    verdict: Verdict
    reason: RejectReason | None
    quarantined: bool
    width: int | None
    height: int | None
    container: str
    jpeg_quality: int | None
    tags: tuple[str, ...] = ()

    @property
    def is_kept(self) -> bool:
        """Whether it goes into the clean data set, as far as the photo itself is concerned."""
        return self.verdict is not Verdict.REJECTED and self.status is PhotoStatus.READY


@dataclass(frozen=True)
class Hint:
    """A suspicion, with its reason in words.

    Attributes:
        photo_id: The photo it accuses.
        other_photo_id: For copies, the better copy; for `IN_OTHER_ITEM`, the photo there.
        relation: How the copy was made ("resized", "mirrored", …), or "".
        score: How sure, 0 to 1.
        why: "same photo, re-encoded, half the size".
        better_why: Why the other copy is the better one: "larger", "no watermark".
    """

    id: int
    item_id: int
    kind: HintKind
    photo_id: int
    other_photo_id: int | None
    relation: str
    score: float
    why: str
    better_why: str


@dataclass(frozen=True)
class Operation:
    """One row of the journal."""

    id: int
    at: float
    who: str
    kind: str
    summary: str
    item_id: int | None
    undoes: int | None
    undone_by: int | None


@dataclass(frozen=True)
class Changes:
    """What a mutation changed; one signal carries it to every view.

    Attributes:
        summary: In the words of the history: "Rejected 2 photos as duplicates".
        item_ids: Items whose row, photos or hints are no longer what they were.
        items_added: Whether items came into being or vanished from the queue's reach.
        operation_id: The journal's row, where the user did it.
        everything: Whatever was read before may be out of date: a job wrote to many items.
        item_id: The item that it was done on, to be shown when an undo has changed it.
        tags: Whether photos were given tags, or lost some.
        sent: Whether photos were sent back to be cleaned, or that was taken back.
    """

    summary: str
    item_ids: frozenset[int]
    items_added: bool = False
    operation_id: int | None = None
    everything: bool = False
    item_id: int | None = None
    tags: bool = False
    sent: bool = False
