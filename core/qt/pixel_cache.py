"""Decoded photos in memory: which pixels belong to which photo, and which of them to let go.

A photo may be here at several sizes: as the thumbnail store has it, as the board shows it, as the
zoom does. The cache belongs to the GUI thread.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from PyQt5.QtGui import QImage

from core.catalogue.records import Photo

PhotoKey = Hashable
"""What decides a photo's pixels: two photos with one key show the same."""

_TOO_LARGE = 1.5
"""A picture this much larger than its place is scaled again from the file rather than while
painting: that is slower, and Qt's bilinear filter begins to skip pixels (moiré on woven cloth)."""


def photo_key(photo: Photo) -> PhotoKey:
    """The photo's key: its content where that is known, or else its place."""
    # Not the id: ids start at 1 again in the next project.
    return (photo.content_hash or photo.file, photo.crop)


@dataclass(frozen=True, eq=False)
class Rendition:
    """A photo decoded at some size.

    Attributes:
        image: Upright, cropped, Format_RGB32, in device pixels; never scaled up but as a glimpse.
        whole_width: Pixels that the photo (its crop) has in all, upright; 0 if not known.
        whole_height: Likewise.
        is_glimpse: The thumbnail in the file's own header, scaled up. An editor may have left it
            behind, so it is shown until the photo comes, and counts as not painted: no key decides
            on a photo of which there is but a glimpse.
    """

    image: QImage
    whole_width: int
    whole_height: int
    is_glimpse: bool = False

    def serves(self, width: int, height: int) -> bool:
        """Whether nothing better can be had for a place of this many device pixels."""
        if self.is_glimpse or not self.whole_width or not self.whole_height:
            return False
        needed, _ = fitted(self.whole_width, self.whole_height, width, height)
        return needed - 1 <= self.image.width() <= max(needed + 1, _TOO_LARGE * needed)


def fitted(whole_width: int, whole_height: int, width: int, height: int) -> tuple[int, int]:
    """The size of a photo scaled down, never up, to fit within width × height."""
    scale = min(width / whole_width, height / whole_height, 1.0)
    return max(1, round(whole_width * scale)), max(1, round(whole_height * scale))


class PixelCache:
    """The photos looked at last, within a limit of bytes."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._byte_count = 0
        self._renditions: OrderedDict[PhotoKey, list[Rendition]] = OrderedDict()

    @property
    def byte_count(self) -> int:
        return self._byte_count

    def __contains__(self, key: PhotoKey) -> bool:
        return key in self._renditions

    def best(self, key: PhotoKey, width: int, height: int) -> Rendition | None:
        """The photo's rendition that looks best at this size, or None if there is none at all."""
        kept = self._renditions.get(key)
        if not kept:
            return None
        for rendition in kept:
            if rendition.serves(width, height):
                return rendition
        largest = kept[-1]
        if largest.image.width() < width and largest.image.height() < height:
            return largest
        return next(r for r in kept if r.image.width() >= width or r.image.height() >= height)

    def put(self, key: PhotoKey, rendition: Rendition) -> None:
        """Keeps a rendition, or a larger one that does as well, and lets old photos go."""
        kept = self._renditions.setdefault(key, [])
        self._renditions.move_to_end(key)
        width = rendition.image.width()
        if rendition.is_glimpse and kept:
            return
        for other in [r for r in kept if r.is_glimpse]:
            self._drop(kept, other)
        if any(r.whole_width and width <= r.image.width() <= width * _TOO_LARGE for r in kept):
            return  # a thumbnail that came after the photo itself
        for other in list(kept):
            if not other.whole_width or width / _TOO_LARGE <= other.image.width() <= width:
                self._drop(kept, other)
        kept.append(rendition)
        kept.sort(key=lambda r: r.image.width())
        self._byte_count += rendition.image.sizeInBytes()
        while self._byte_count > self.limit_bytes and len(self._renditions) > 1:
            _, dropped = self._renditions.popitem(last=False)
            self._byte_count -= sum(r.image.sizeInBytes() for r in dropped)

    def touch(self, key: PhotoKey) -> None:
        """Makes the photo the last to go."""
        if key in self._renditions:
            self._renditions.move_to_end(key)

    def clear(self) -> None:
        self._renditions.clear()
        self._byte_count = 0

    def _drop(self, kept: list[Rendition], rendition: Rendition) -> None:
        kept.remove(rendition)
        self._byte_count -= rendition.image.sizeInBytes()
