"""A picture of photos and what an autoencoder's decoder makes of their embeddings."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.images import Pixels
from core.project import write_atomically


def draw_reconstructions(file: Path, photos: Pixels, drawn: Any) -> None:
    """Writes a PNG: the photos in the upper row, what was drawn below.

    Args:
        file: Where; its folder is made.
        photos: uint8 (n, side, side, 3).
        drawn: Floats of the same shape, 0 … 255.
    """
    below = np.clip(np.rint(np.asarray(drawn, np.float32)), 0, 255).astype(np.uint8)
    rows = [np.concatenate(list(row), axis=1) for row in (photos, below)]
    data = io.BytesIO()
    Image.fromarray(np.concatenate(rows, axis=0)).save(data, "PNG")
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, data.getvalue())
