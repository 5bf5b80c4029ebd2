"""Which files of a folder are photos, told by content, by name and by place."""

from __future__ import annotations

import re
from pathlib import Path

from core.images import Container, sniff
from core.scrape.walk import File, Folder

IMAGE_SUFFIXES = frozenset(
    ".jpg .jpeg .jpe .jfif .png .webp .gif .bmp .tif .tiff .heic .heif .avif".split()
)
_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".download")

_NUMBERED = re.compile(r"(?:[a-z]+_)?\d+_\d+", re.IGNORECASE)
"""`vinted_24184_8712`, `00043_10`: how scrapers name photos without an extension."""


def photos_in(root: Path, folder: Folder) -> list[File]:
    """The folder's photos, in its order.

    A file counts if its content is a picture, whatever it is called; and it counts, as a photo
    that will turn out unreadable, if it is called like one (`03.jpg`) or lies where one should
    (`vinted_24184_8712` among others like it) but is empty, cut short or a saved error page.
    """
    unclear = [file for file in folder.files if not _has_image_name(file.name)]
    pictures = {file.name for file in unclear if _holds_picture(root / folder.path / file.name)}
    shapes = {_shape(name) for name in pictures if "." not in name}
    return [
        file
        for file in folder.files
        if not _is_sellers_portrait(file.name)
        and not file.name.lower().endswith(_UNFINISHED)
        and (
            _has_image_name(file.name)
            or file.name in pictures
            or _NUMBERED.fullmatch(file.name)
            or ("." not in file.name and _shape(file.name) in shapes)
        )
    ]


def container_of(file: Path) -> Container | None:
    """What the file's first bytes announce; None also where it cannot be read."""
    try:
        with file.open("rb") as opened:
            return sniff(opened.read(32))
    except (OSError, ValueError):
        return None


def _holds_picture(file: Path) -> bool:
    return container_of(file) is not None


def _has_image_name(name: str) -> bool:
    # Not sniffed here: a row either way, and reading every file's head doubles the time of a walk.
    return f".{name.rpartition('.')[2].lower()}" in IMAGE_SUFFIXES and "." in name


def _is_sellers_portrait(name: str) -> bool:
    return name.lower().partition(".")[0] == "seller"


def _shape(name: str) -> str:
    return re.sub(r"\d+", "#", name)
