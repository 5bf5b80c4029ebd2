"""What a data set is made of, wherever it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.cleaning.photo_content import Crop


@dataclass(frozen=True)
class TrainingPhoto:
    """One photo.

    Attributes:
        key: Its id in the catalogue; where it comes from elsewhere, a negative number of its own.
        content_hash: SHA-256 of its file, 32 bytes; where it is a part of the file, followed by the
            crop in letters. Photos with the same one are the same.
        file: Absolute path, as it lies now.
        crop: (x1, y1, x2, y2) in upright pixels where the photo is a part of the file.
    """

    key: int
    content_hash: bytes
    file: Path
    crop: Crop | None


@dataclass(frozen=True)
class TrainingItem:
    """One item.

    Attributes:
        key: What its source calls it.
        category: "" where the source does not say.
        source: As the instruction names it: "catalogue", or a path.
    """

    key: str
    category: str
    source: str
