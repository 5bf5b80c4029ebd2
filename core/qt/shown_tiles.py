"""The tiles of an item: where they lie, which pixels they have, and which were painted.

All rectangles are in logical pixels of the board's whole height, however far it is scrolled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt5.QtCore import QPoint, QRect

from core.catalogue.records import Photo
from core.qt.photo_loader import Answer, Wish
from core.qt.photo_words import known_problem
from core.qt.pixel_cache import photo_key
from core.qt.tile import Face, Tile
from core.qt.tile_layout import Arrangement, arrange, aspect_of

GAP_PX = 12

LookUp = Callable[[Wish], Answer | None]


class ShownTiles:
    """A tile's face takes pixels only from answers that bear its own photo's key."""

    def __init__(self, tiles: Sequence[Tile] = ()) -> None:
        self.tiles = list(tiles)
        self.faces = [Face(QRect(), photo_key(tile.photo)) for tile in tiles]
        self._arrangement = Arrangement((), (), 0)

    @property
    def ids(self) -> list[int]:
        """The photos' ids, in order."""
        return [tile.photo.id for tile in self.tiles]

    @property
    def rows(self) -> tuple[range, ...]:
        """Which tiles stand in each row."""
        return self._arrangement.rows

    def lay_out(self, width: int, height: int) -> int:
        """Places the tiles in an area; returns the height that they need, which may be more."""
        aspects = tuple(aspect_of(tile.photo) for tile in self.tiles)
        self._arrangement = arrange(aspects, width, height, GAP_PX)
        for face, place in zip(self.faces, self._arrangement.places, strict=True):
            face.rect = QRect(place.x, place.y, place.width, place.height)
        return self._arrangement.height

    def index_of(self, photo_id: int | None) -> int | None:
        ids = self.ids
        return ids.index(photo_id) if photo_id in ids else None

    def index_at(self, point: QPoint) -> int | None:
        """The tile that lies at a point."""
        for index, face in enumerate(self.faces):
            if face.rect.contains(point):
                return index
        return None

    def with_frame(self, index: int) -> QRect:
        """The tile's rectangle with all that is painted around it."""
        around = GAP_PX // 2
        return self.faces[index].rect.adjusted(-around, -around, around, around)

    def updated(self, tiles: Sequence[Tile]) -> list[int] | None:
        """Takes over what is newly said of the same photos; their places and pixels stay.

        Returns:
            The tiles that look different now; None, and nothing is taken over, if the photos are
            not the same ones.
        """
        if len(tiles) != len(self.tiles) or not all(map(_same_photo, tiles, self.tiles)):
            return None
        changed = []
        for index, (tile, before) in enumerate(zip(tiles, self.tiles, strict=True)):
            if tile == before:
                continue
            changed.append(index)
            self.tiles[index] = tile
            face = self.faces[index]
            face.key = photo_key(tile.photo)
            if tile.photo.file != before.photo.file:
                face.failure = ""  # it may be readable where it lies now
        return changed

    def wishes(self, view: QRect, ratio: float) -> tuple[list[Wish], list[Wish]]:
        """The photos to have for those tiles that are in view, and for the others."""
        visible: list[Wish] = []
        out_of_view: list[Wish] = []
        for tile, face in zip(self.tiles, self.faces, strict=True):
            if not known_problem(tile.photo):
                wishes = visible if face.rect.intersects(view) else out_of_view
                wishes.append(_wish(tile.photo, face.rect, ratio))
        return visible, out_of_view

    def take_pixels(self, look_up: LookUp, ratio: float, photo: Photo | None = None) -> list[int]:
        """Takes the best pixels there are; returns the tiles that look different now.

        Args:
            look_up: Says what there is.
            ratio: Device pixels to a logical pixel.
            photo: The only one of which there is something new; None for all.
        """
        changed = []
        only = None if photo is None else photo_key(photo)
        for index, (tile, face) in enumerate(zip(self.tiles, self.faces, strict=True)):
            if only is not None and face.key != only:
                continue
            answer = look_up(_wish(tile.photo, face.rect, ratio))
            if answer is None:
                continue
            rendition = answer.rendition or face.rendition
            if rendition is not None and rendition.is_glimpse and face.rendition is not None:
                rendition = face.rendition  # of what the cache let go a glimpse may come again
            if rendition is not face.rendition or answer.failure != face.failure:
                face.rendition = rendition
                face.failure = answer.failure
                changed.append(index)
        return changed

    def painted_ids(self, view: QRect) -> frozenset[int]:
        """The photos whose own picture or error plate was painted, and is in view by half."""
        seen = set()
        for tile, face in zip(self.tiles, self.faces, strict=True):
            inside = face.rect.intersected(view)
            area = face.rect.width() * face.rect.height()
            if face.is_painted and 2 * inside.width() * inside.height() >= area:
                seen.add(tile.photo.id)
        return frozenset(seen)

    def is_painted(self, view: QRect) -> bool:
        """Whether all tiles in view show their own picture or error plate."""
        return all(face.is_painted for face in self.faces if face.rect.intersects(view))

    def is_glimpsed(self, view: QRect) -> bool:
        """Whether all of them show at least a glimpse of it."""
        return all(face.is_glimpsed for face in self.faces if face.rect.intersects(view))

    def is_sharp(self, view: QRect, ratio: float) -> bool:
        """Whether they show it as well as it can be had."""
        return all(
            face.is_painted and self._is_final(tile, face, ratio)
            for tile, face in zip(self.tiles, self.faces, strict=True)
            if face.rect.intersects(view)
        )

    def _is_final(self, tile: Tile, face: Face, ratio: float) -> bool:
        if face.failure or known_problem(tile.photo):
            return True
        wish = _wish(tile.photo, face.rect, ratio)
        return face.rendition is not None and face.rendition.serves(wish.width, wish.height)


def wishes_for(photos: Sequence[Photo], width: int, height: int, ratio: float) -> list[Wish]:
    """The photos of an item that is not shown yet, at the sizes that it will have them in."""
    places = arrange(tuple(map(aspect_of, photos)), width, height, GAP_PX).places
    return [
        _wish(photo, QRect(place.x, place.y, place.width, place.height), ratio)
        for photo, place in zip(photos, places, strict=True)
        if place.y < height and not known_problem(photo)
    ]


def _wish(photo: Photo, rect: QRect, ratio: float) -> Wish:
    return Wish(photo, round(rect.width() * ratio), round(rect.height() * ratio))


def _same_photo(tile: Tile, shown: Tile) -> bool:
    """Whether the tile may keep the pixels that are shown: the same content under the same id."""
    now, before = tile.photo, shown.photo
    if now.id != before.id:
        return False
    just_hashed = before.content_hash is None and (now.file, now.crop) == (before.file, before.crop)
    return photo_key(now) == photo_key(before) or just_hashed
