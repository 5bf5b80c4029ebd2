"""Photos of one colour each, and a source that answers when and in the order the test says."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
from PIL import Image

from core.catalogue.records import Photo, PhotoStatus, Verdict
from core.images import Unreadable, UnreadableImage
from core.qt.pixel_cache import Rendition, fitted
from core.qt.qt_pixels import to_image
from core.qt.tile import Tile

_WAIT_S = 10.0


GLIMPSE_COLOUR = (9, 8, 7)
"""Of every thumbnail in a file's header here: an editor left it behind."""


def colour_of(photo_id):
    """A colour that no other photo has: (red, green, blue)."""
    return (60 + photo_id % 13 * 14, 50 + photo_id * 5 % 17 * 11, 70 + photo_id * 7 % 11 * 16)


def photo(id_, width=300, height=400, **fields):
    values = {
        "id": id_,
        "item_id": 1,
        "position": id_,
        "source_id": 1,
        "file": Path(f"/scrape/{id_:03d}.jpg"),
        "name": f"item/{id_:03d}.jpg",
        "crop": None,
        "url": "",
        "status": PhotoStatus.READY,
        "problem": "",
        "byte_count": 12_345,
        "content_hash": b"content" + bytes([id_ // 256, id_ % 256]),
        "verdict": Verdict.UNDECIDED,
        "reason": None,
        "quarantined": False,
        "width": width,
        "height": height,
        "container": "jpeg",
        "jpeg_quality": 85,
    }
    return Photo(**(values | fields))


def tiles_of(*photos):
    return [Tile(photo, number) for number, photo in enumerate(photos, start=1)]


def plain_pixels(photo_id, width, height):
    return np.full((height, width, 3), colour_of(photo_id), np.uint8)


def photo_on_disk(folder, id_, width=300, height=400, **fields):
    file = folder / f"{id_:03d}.png"
    Image.fromarray(plain_pixels(id_, width, height)).save(file)
    return photo(id_, width, height, file=file, **fields)


class HeldSource:
    """Draws every photo in its own colour, but only once the test lets it.

    Shared by all decoding threads.
    """

    def __init__(self, *, held=False):
        self._changed = threading.Condition()
        self._held = held
        self._released = set()
        self.begun = []
        self.failing = {}
        self.with_preview = set()
        self.with_glimpse = set()
        self.open_count = 0

    def open(self):
        with self._changed:
            self.open_count += 1
        return self

    def close(self):
        with self._changed:
            self.open_count -= 1

    def release(self, *photo_ids):
        """Lets these photos be decoded; all of them if none is named."""
        with self._changed:
            if photo_ids:
                self._released.update(photo_ids)
            else:
                self._held = False
            self._changed.notify_all()

    def hold(self):
        with self._changed:
            self._held = True
            self._released.clear()

    def preview(self, photo, width, height):
        if photo.id in self.with_glimpse:  # at once, held or not
            whole = (photo.width or 300, photo.height or 400)
            size = fitted(*whole, width, height)[::-1]
            pixels = np.full((*size, 3), GLIMPSE_COLOUR, np.uint8)
            return Rendition(to_image(pixels), *whole, is_glimpse=True)
        if photo.id not in self.with_preview:
            return None
        width, height = fitted(photo.width, photo.height, min(width, 24), min(height, 24))
        self._wait_for(photo.id, "preview")
        return Rendition(to_image(plain_pixels(photo.id, width, height)), photo.width, photo.height)

    def picture(self, photo, width, height):
        self._wait_for(photo.id, "picture")
        if photo.id in self.failing:
            raise self.failing[photo.id]
        whole = (photo.width or 300, photo.height or 400)
        return Rendition(to_image(plain_pixels(photo.id, *fitted(*whole, width, height))), *whole)

    def _wait_for(self, photo_id, what):
        with self._changed:
            self.begun.append((photo_id, what))
            self._changed.notify_all()
            assert self._changed.wait_for(
                lambda: not self._held or photo_id in self._released, _WAIT_S
            ), f"photo {photo_id} was never released"

    def wait_until_begun(self, count):
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.begun) >= count, _WAIT_S)


def damaged():
    return UnreadableImage(Unreadable.TRUNCATED, "broken off")
