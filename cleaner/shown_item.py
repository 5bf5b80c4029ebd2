"""All that the view knows of the item it shows, and what follows from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from core.catalogue.database import Catalogue
from core.catalogue.items import read_items
from core.catalogue.photos import read_hints, read_photos, read_photos_by_id
from core.catalogue.records import (
    Hint,
    HintKind,
    Item,
    Operation,
    Photo,
    PhotoStatus,
    RejectReason,
    Verdict,
)
from core.cleaning.accept import accused_photos, rejections_by_hints
from core.cleaning.undo import history
from core.qt.tile import Tile


@dataclass(frozen=True)
class ShownItem:
    """One item as it is in the catalogue, or will be once the decisions under way are stored."""

    item: Item
    photos: tuple[Photo, ...]
    hints: tuple[Hint, ...]
    history: tuple[Operation, ...]

    @cached_property
    def numbers(self) -> dict[int, int]:
        """The number of each photo, from 1, by photo id."""
        return {photo.id: number for number, photo in enumerate(self.photos, start=1)}

    @cached_property
    def by_id(self) -> dict[int, Photo]:
        return {photo.id: photo for photo in self.photos}

    @cached_property
    def accused(self) -> tuple[int, ...]:
        """The undecided photos that a hint would have rejected."""
        return tuple(accused_photos(self.photos, self.hints))

    @cached_property
    def rejected_on_accept(self) -> dict[int, RejectReason]:
        """The photos that accepting all hints rejects, with their reasons."""
        return rejections_by_hints(self.photos, self.hints)

    def photo_numbered(self, number: int) -> int | None:
        """The id of the photo with that number, counted from 1."""
        return self.photos[number - 1].id if 1 <= number <= len(self.photos) else None

    def hints_on(self, photo_id: int) -> list[Hint]:
        """What is suspected of a photo, surest first."""
        return [hint for hint in self.hints if hint.photo_id == photo_id]

    def leaves_nothing(self, rejecting: Collection[int]) -> bool:
        """Whether rejecting these photos takes the last one that is kept and can be shown.

        Photos that were not looked at yet count as such that can be shown.
        """
        kept = [
            photo.id
            for photo in self.photos
            if photo.verdict is not Verdict.REJECTED
            and photo.status in (PhotoStatus.READY, PhotoStatus.NEW)
        ]
        return bool(kept) and all(id_ in rejecting for id_ in kept)

    def with_verdict(
        self, photo_ids: Iterable[int], verdict: Verdict, reason: RejectReason | None = None
    ) -> ShownItem:
        """The item as it will be once such a decision is stored."""
        decided = set(photo_ids)
        photos = tuple(
            replace(photo, verdict=verdict, reason=reason) if photo.id in decided else photo
            for photo in self.photos
        )
        kept = sum(photo.is_kept for photo in photos)
        return replace(self, photos=photos, item=replace(self.item, kept_count=kept))


def read_shown_item(catalogue: Catalogue, item_id: int) -> ShownItem | None:
    """The item with its photos, hints and history (point reads); None if there is none."""
    items = read_items(catalogue, [item_id])
    if not items:
        return None
    return ShownItem(
        item=items[0],
        photos=tuple(read_photos(catalogue, [item_id])[item_id]),
        hints=tuple(read_hints(catalogue, [item_id])[item_id]),
        history=tuple(history(catalogue, item_id)),
    )


def suspicion_in_brief(shown: ShownItem, photo: Photo) -> tuple[str, str, str]:
    """What hints say of a photo, the same in the least room, and of which kind that is.

    As ("copy of 3", "3", "duplicate"). An accusation comes before praise.
    """
    for hint in shown.hints_on(photo.id):
        other = shown.numbers.get(hint.other_photo_id or 0)
        brief = "" if other is None else str(other)
        return in_brief(shown, hint), brief, str(hint.kind.reason or hint.kind)
    copies = {
        shown.numbers[hint.photo_id]
        for hint in shown.hints
        if hint.other_photo_id == photo.id and hint.photo_id in shown.numbers
    }
    if copies:
        numbers = ", ".join(map(str, sorted(copies)))
        return f"better than {numbers}", numbers, "better"
    return "", "", ""


def in_brief(shown: ShownItem, hint: Hint) -> str:
    """A hint in as few words as a photo has room for."""
    match hint.kind:
        case HintKind.EXACT_COPY | HintKind.NEAR_COPY | HintKind.ALTERED_COPY:
            other = shown.numbers.get(hint.other_photo_id or 0)
            return "copy" if other is None else f"copy of {other}"
        case HintKind.IN_OTHER_ITEM:
            return "in another item"
        case HintKind.ODD_ONE_OUT:
            return "other item"
        case _:
            return str(hint.kind)


def hints_together(hints: Iterable[Hint], elsewhere: Mapping[int, Item]) -> list[tuple[Hint, ...]]:
    """The hints, surest first; those of photos in one and the same other item are one.

    Args:
        hints: An item's, surest first.
        elsewhere: The items of photos in other items, by photo id.
    """
    groups: dict[object, list[Hint]] = {}
    for hint in hints:
        other = elsewhere.get(hint.other_photo_id or 0)
        is_elsewhere = hint.kind is HintKind.IN_OTHER_ITEM and other is not None
        groups.setdefault(other.id if is_elsewhere and other else hint, []).append(hint)
    return [tuple(group) for group in groups.values()]


def tiles_of(shown: ShownItem) -> list[Tile]:
    """The item's photos for the board, with what hints say of them."""
    tiles: list[Tile] = []
    for photo in shown.photos:
        badge, brief, kind = suspicion_in_brief(shown, photo)
        tiles.append(Tile(photo, shown.numbers[photo.id], badge, kind, brief))
    return tiles


def read_elsewhere(catalogue: Catalogue, shown: ShownItem) -> dict[int, Item]:
    """The items of photos in other items that the hints name, by photo id (point reads)."""
    others = {
        hint.other_photo_id
        for hint in shown.hints
        if hint.kind is HintKind.IN_OTHER_ITEM and hint.other_photo_id is not None
    }
    if not others:
        return {}
    photos = read_photos_by_id(catalogue, others)
    items = {item.id: item for item in read_items(catalogue, {p.item_id for p in photos.values()})}
    return {id_: items[photo.item_id] for id_, photo in photos.items() if photo.item_id in items}
