"""What is said of a photo wherever it is shown."""

from __future__ import annotations

from core.catalogue.records import Photo, PhotoStatus, RejectReason, Verdict

_WAITING_IN_WORDS = {
    PhotoStatus.TO_DOWNLOAD: "Not downloaded yet",
    PhotoStatus.NOT_DOWNLOADED: "The download failed",
    PhotoStatus.UNREADABLE: "This file cannot be shown",
}


def known_problem(photo: Photo) -> str:
    """Why the photo cannot be shown, as far as the catalogue knows; "" if it can."""
    words = _WAITING_IN_WORDS.get(photo.status, "")
    if words and photo.problem:
        return f"{words}: {photo.problem}"
    return words


def verdict_in_words(photo: Photo) -> str:
    """The user's verdict as the tile says it."""
    if photo.verdict is Verdict.REJECTED:
        named = photo.reason not in (None, RejectReason.UNSPECIFIED)
        return str(photo.reason) if named else "rejected"
    return "kept" if photo.verdict is Verdict.KEPT else ""


def size_in_words(byte_count: int | None) -> str:
    """A file's size as people say it, in decimal units."""
    if byte_count is None:
        return ""
    if byte_count < 1000:
        return f"{byte_count} bytes"
    if byte_count < 1_000_000:
        return f"{byte_count / 1000:.0f} kB"
    return f"{byte_count / 1_000_000:.1f} MB"


def facts_in_words(photo: Photo, width: int = 0, height: int = 0) -> str:
    """The file in one line: "1500 × 2000 px, 412 kB, JPEG, quality 85".

    Args:
        photo: Where its size in pixels is not known yet, that is left out.
        width: The size where it is better known from decoding; 0 for the catalogue's.
        height: Likewise.
    """
    width, height = width or photo.width or 0, height or photo.height or 0
    facts = (
        f"{width} × {height} px" if width and height else "",
        size_in_words(photo.byte_count),
        photo.container.upper(),
        f"quality {photo.jpeg_quality}" if photo.jpeg_quality else "",
    )
    return ", ".join(fact for fact in facts if fact)


def file_name(photo: Photo) -> str:
    """The last part of the photo's path."""
    return photo.name.replace("\\", "/").rsplit("/", 1)[-1]
