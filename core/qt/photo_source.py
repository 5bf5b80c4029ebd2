"""Reading a photo's pixels on a decoding thread: from the thumbnail store, or from its file.

What is quick to have comes first: the stored thumbnail or, of a photo that was not hashed yet, the
one that its camera put into the file.
"""

from __future__ import annotations

import math
from typing import Protocol

import cv2
import numpy as np

from core import images
from core.catalogue.records import Photo
from core.catalogue.thumbnails import MIN_PIXELS, ThumbnailStore
from core.errors import UserError
from core.exif_thumbnail import HEAD_BYTES, exif_thumbnail
from core.images import Pixels, Unreadable, UnreadableImage
from core.project import Project
from core.qt.pixel_cache import Rendition, fitted
from core.qt.qt_pixels import to_image

MAX_SHOWN_PIXELS = 48_000_000
"""What is larger is zoomed into at this size: 48 megapixels are 192 MB in memory."""

_IN_WORDS = {
    Unreadable.MISSING: "The file is not there",
    Unreadable.DENIED: "The file may not be read",
    Unreadable.EMPTY: "The file is empty",
    Unreadable.WEB_PAGE: "A web page, not a photo",
    Unreadable.NOT_A_PICTURE: "Not a photo",
    Unreadable.TRUNCATED: "The photo is damaged or breaks off",
    Unreadable.TOO_LARGE: "Too large to open safely",
}


class Source(Protocol):
    """Where a decoding thread gets its pixels; opened, used and closed on that thread."""

    def preview(self, photo: Photo, width: int, height: int) -> Rendition | None:
        """What is quick to have, scaled down to fit within so many pixels, or None."""

    def picture(self, photo: Photo, width: int, height: int) -> Rendition:
        """The photo scaled down to fit within so many pixels; raises `UnreadableImage`."""

    def close(self) -> None: ...


class PhotoSource:
    """The photos of a project (or of no project: files alone)."""

    def __init__(self, project: Project | None) -> None:
        self._thumbnails: ThumbnailStore | None = None
        if project is not None:
            try:
                self._thumbnails = ThumbnailStore(project)
            except UserError:
                # A cache that is damaged or cannot be written is a cache that is not there.
                self._thumbnails = None

    def preview(self, photo: Photo, width: int, height: int) -> Rendition | None:
        """The photo as the thumbnail store or else its file's header has it.

        Stored thumbnails are scaled down to fit within width × height, glimpses up as well.
        """
        return self._stored(photo, width, height) or _glimpse(photo, width, height)

    def picture(self, photo: Photo, width: int, height: int) -> Rendition:
        """The photo from its file, cropped, scaled down to fit within width × height."""
        if photo.crop is None:
            at_least = (width, height)
            if photo.width and photo.height:
                at_least = fitted(photo.width, photo.height, width, height)
            picture = images.load(photo.file, at_least=at_least)
            pixels, whole = picture.pixels, (picture.width, picture.height)
        else:
            pixels = _cropped(images.load(photo.file).pixels, photo.crop)
            whole = (pixels.shape[1], pixels.shape[0])
        too_many = math.sqrt(whole[0] * whole[1] / MAX_SHOWN_PIXELS)
        if too_many > 1:
            width = min(width, int(whole[0] / too_many))
            height = min(height, int(whole[1] / too_many))
        return Rendition(to_image(images.fit_within(pixels, width, height)), *whole)

    def close(self) -> None:
        if self._thumbnails is not None:
            self._thumbnails.close()

    def _stored(self, photo: Photo, width: int, height: int) -> Rendition | None:
        if self._thumbnails is None or photo.content_hash is None:
            return None
        try:
            jpeg = self._thumbnails.get(photo.content_hash)
            if jpeg is None:
                return None
            pixels = images.fit_within(images.decode(jpeg).pixels, width, height)
        except (UserError, UnreadableImage):
            return None
        return Rendition(to_image(pixels), photo.width or 0, photo.height or 0)


def may_have_preview(photo: Photo) -> bool:
    """Whether it is worth looking for a thumbnail before the photo is decoded."""
    return photo.crop is None and not is_quick(photo)


def is_quick(photo: Photo) -> bool:
    """Whether the photo is known to be small: decoded in about the time a thumbnail takes."""
    return photo.width is not None and photo.width * (photo.height or 0) < MIN_PIXELS


def in_words(error: UnreadableImage) -> str:
    """Why a photo cannot be shown, for the user."""
    return _IN_WORDS[error.reason]


def _glimpse(photo: Photo, width: int, height: int) -> Rendition | None:
    """The thumbnail in the file's header, scaled to fill its place.

    Here and not by the painter: scaled on a decoding thread it looks smoother, and is then painted
    pixel by pixel.
    """
    try:
        thumbnail = exif_thumbnail(images.read_file(photo.file, HEAD_BYTES))
    except UnreadableImage:
        return None
    if thumbnail is None:
        return None
    whole = thumbnail.width, thumbnail.height
    size = fitted(*whole, width, height)
    pixels = cv2.resize(thumbnail.pixels, size, interpolation=cv2.INTER_LINEAR)
    return Rendition(to_image(pixels), *whole, is_glimpse=True)


def _cropped(pixels: Pixels, crop: tuple[int, int, int, int]) -> Pixels:
    height, width = pixels.shape[:2]
    left, top = max(0, crop[0]), max(0, crop[1])
    right, bottom = min(width, crop[2]), min(height, crop[3])
    if left >= right or top >= bottom:
        raise UnreadableImage(Unreadable.NOT_A_PICTURE, "the crop lies outside the picture")
    return np.ascontiguousarray(pixels[top:bottom, left:right])
