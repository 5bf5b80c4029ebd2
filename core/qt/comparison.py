"""Which photos are set against each other, and how; without a widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from PyQt5.QtCore import QSizeF
from PyQt5.QtGui import QImage, QTransform

from core.catalogue.records import Photo
from core.qt.photo_alignment import words_for
from core.qt.photo_loader import Answer
from core.qt.photo_words import facts_in_words, known_problem
from core.qt.photo_zoom import Layer
from core.qt.pixel_cache import Rendition, photo_key

MOST_PHOTOS = 4
_GAINS = (1.0, 2.0, 4.0, 8.0, 16.0)
_USUAL_SIZE = QSizeF(900, 1200)


class Mode(Enum):
    """How photos are set against each other."""

    SIDE_BY_SIDE = "side by side"
    IN_PLACE = "in place"
    DIFFERENCE = "difference"


@dataclass(frozen=True)
class PaneContent:
    """What one pane shows.

    Attributes:
        positions: Of the photos among those compared; two for a difference.
        layers: Theirs, in that order.
        extent: What the layers are placed in, in pixels.
        gain: Of a difference; None if it is none.
    """

    positions: tuple[int, ...]
    layers: tuple[Layer, ...]
    extent: QSizeF
    gain: float | None


class Comparison:
    """Up to four photos; the first is what the others are laid on.

    Attributes:
        chosen: The position of the photo that keys act on.
        is_aligned: Whether copies of the first photo are laid on it.
    """

    def __init__(self, photos: Sequence[Photo], names: Mapping[int, str] | None = None) -> None:
        self.photos = list(photos)
        self._names = names or {}
        self.mode = Mode.SIDE_BY_SIDE
        self.chosen = 0
        self.is_aligned = True
        self._gain = 2
        self._renditions: list[Rendition | None] = [None] * len(self.photos)
        self._failures = [""] * len(self.photos)
        self._placements: Mapping[int, QTransform] = {}

    @property
    def chosen_photo(self) -> Photo | None:
        """None while a difference is shown: then nobody sees which photo it is."""
        if not self.photos or self.mode is Mode.DIFFERENCE:
            return None
        return self.photos[self.chosen]

    @property
    def gain(self) -> float:
        return _GAINS[self._gain]

    @property
    def can_align(self) -> bool:
        return bool(self._placements)

    def choose(self, position: int) -> None:
        if 0 <= position < len(self.photos):
            self.chosen = position

    def next_in_place(self) -> None:
        """Shows the photos in one place, and the next one if they are already."""
        if self.mode is Mode.IN_PLACE:
            self.chosen = (self.chosen + 1) % len(self.photos)
        self.mode = Mode.IN_PLACE

    def change_gain(self, steps: int) -> None:
        self._gain = max(0, min(len(_GAINS) - 1, self._gain + steps))

    def update(self, photos: Sequence[Photo]) -> None:
        """Takes over new verdicts."""
        by_id = {photo.id: photo for photo in photos}
        self.photos = [by_id.get(photo.id, photo) for photo in self.photos]

    def take(self, position: int, answer: Answer) -> None:
        """Takes a photo's pixels, where they are really that photo's, and no glimpse of it."""
        if photo_key(answer.photo) == photo_key(self.photos[position]):
            if answer.rendition is not None and not answer.rendition.is_glimpse:
                self._renditions[position] = answer.rendition
            self._failures[position] = answer.failure

    def place(self, placements: Mapping[int, QTransform]) -> None:
        """Takes over how the photos at these positions lie on the first."""
        self._placements = placements

    def concerns(self, photo: Photo) -> bool:
        """Whether these pixels are among those compared."""
        key = photo_key(photo)
        return any(photo_key(compared) == key for compared in self.photos)

    def images(self) -> list[QImage | None] | None:
        """The photos' pixels, None for what cannot be shown; None while any are still to come."""
        images: list[QImage | None] = []
        for photo, rendition, failure in zip(
            self.photos, self._renditions, self._failures, strict=True
        ):
            if rendition is None and not failure and not known_problem(photo):
                return None
            images.append(None if rendition is None else rendition.image)
        return images

    def panes(self) -> list[PaneContent]:
        """What each pane shows, in order."""
        if not self.photos:
            return []
        if self.mode is Mode.SIDE_BY_SIDE:
            return [self.alone(position) for position in range(len(self.photos))]
        if self.mode is Mode.IN_PLACE:
            return [self.alone(self.chosen)]
        other = self.chosen or 1
        layers = tuple(self._layer(position, self._placement(position)) for position in (0, other))
        return [PaneContent((0, other), layers, self._size(0), self.gain)]

    def alone(self, position: int) -> PaneContent:
        """A photo as it is shown by itself, whether or not it is now."""
        if self._is_laid(position):
            layer = self._layer(position, self._placements[position])
            return PaneContent((position,), (layer,), self._size(0), None)
        layer = self._layer(position, QTransform())
        return PaneContent((position,), (layer,), self._size(position), None)

    def name(self, position: int) -> str:
        """What the photo is called, beside its number here and its file's name."""
        return self._names.get(self.photos[position].id, "")

    def facts(self, position: int) -> str:
        """What the photo's file is like, and where it beats the others."""
        photo, rendition = self.photos[position], self._renditions[position]
        whole = (0, 0) if rendition is None else (rendition.whole_width, rendition.whole_height)
        words = facts_in_words(photo, *whole)
        areas = [self._size(p).width() * self._size(p).height() for p in range(len(self.photos))]
        if len(areas) > 1 and areas.count(max(areas)) == 1 and areas[position] == max(areas):
            words = words.replace(" px", " px (largest)", 1)
        return words

    def note(self, position: int) -> str:
        """How the photo is shown other than it is, or ""."""
        if self.mode is Mode.DIFFERENCE or not self._is_laid(position):
            return ""
        words = words_for(self._placements[position])
        return f"shown {words}" if words else ""

    def _layer(self, position: int, placement: QTransform) -> Layer:
        photo, rendition = self.photos[position], self._renditions[position]
        return Layer(photo, rendition, self._failures[position], placement)

    def _is_laid(self, position: int) -> bool:
        return self.is_aligned and position in self._placements

    def _placement(self, position: int) -> QTransform:
        # Of a difference: photos of other proportions are stretched onto the first.
        return self._placements[position] if self._is_laid(position) else QTransform()

    def _size(self, position: int) -> QSizeF:
        photo, rendition = self.photos[position], self._renditions[position]
        if rendition is not None and rendition.whole_width:
            return QSizeF(rendition.whole_width, rendition.whole_height)
        if photo.width and photo.height:
            return QSizeF(photo.width, photo.height)
        if rendition is not None:
            return QSizeF(rendition.image.size())
        return _USUAL_SIZE
