"""Between pixels as NumPy has them and as Qt has them."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from PyQt5.QtGui import QImage

from core.images import Pixels


def to_image(pixels: Pixels) -> QImage:
    """The pixels, shape (height, width, 3) RGB, as an image that owns its memory.

    Format_RGB32, which Qt paints by copying: RGB888 takes four times as long to paint scaled.

    Raises:
        MemoryError: There is not enough memory.
    """
    height, width = pixels.shape[:2]
    image = QImage(width, height, QImage.Format.Format_RGB32)
    if image.isNull():
        raise MemoryError(f"no memory for {width} × {height} pixels")
    cv2.cvtColor(pixels, cv2.COLOR_RGB2BGRA, dst=writable_memory(image))
    return image


def to_pixels(image: QImage) -> Pixels:
    """A copy of the pixels of a Format_RGB32 image, shape (height, width, 3) RGB."""
    memory = image.constBits()
    memory.setsize(image.sizeInBytes())
    return np.asarray(cv2.cvtColor(_as_array(image, memory), cv2.COLOR_BGRA2RGB), np.uint8)


def writable_memory(image: QImage) -> Pixels:
    """The memory of a Format_RGB32 image, (height, width, 4) BGRX; valid as long as the image."""
    memory = image.bits()
    memory.setsize(image.sizeInBytes())
    return _as_array(image, memory)


def _as_array(image: QImage, memory: object) -> Pixels:
    shape = (image.height(), image.width(), 4)
    return cast(Pixels, np.frombuffer(memory, np.uint8).reshape(shape))  # type: ignore[call-overload]
