"""What is looked for: one photo, or several that it should be like and unlike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.catalogue.records import Photo, PhotoStatus, Verdict
from core.embedding.index import Metric, Vectors
from core.embedding.moves import average_query
from core.number_words import plural


@dataclass(frozen=True, eq=False)
class Example:
    """One photo that a query is made of.

    Attributes:
        photo: Of the catalogue, or a record of a file from elsewhere (`photo_of_file`).
        title: What it is called.
        vector: Where it lies, shape (d,).
        row: Its row in the index, or None.
        is_wanted: Whether results should be like it, or unlike it.
    """

    photo: Photo
    title: str
    vector: Vectors
    row: int | None = None
    is_wanted: bool = True

    def turned(self) -> Example:
        """The same photo, the other way round."""
        return replace(self, is_wanted=not self.is_wanted)


@dataclass(frozen=True, eq=False)
class Query:
    """Examples and the point that they make, shape (d,)."""

    examples: tuple[Example, ...]
    vector: Vectors

    @property
    def rows(self) -> list[int]:
        """The rows of those that are in the index."""
        return [example.row for example in self.examples if example.row is not None]

    @property
    def wanted(self) -> list[Example]:
        """Those that results should be like; never none."""
        return [example for example in self.examples if example.is_wanted]

    @property
    def title(self) -> str:
        """As in "a.jpg", "a.jpg and 2 more", "a.jpg, unlike 1 other"."""
        wanted = self.wanted
        more, others = len(wanted) - 1, len(self.examples) - len(wanted)
        unlike = f", unlike {plural(others, 'other')}" if others else ""
        return wanted[0].title + (f" and {more} more" if more else "") + unlike


def make_query(examples: Sequence[Example], metric: Metric) -> Query:
    """The query that examples make (`core.embedding.moves.average_query`).

    Raises:
        ValueError: Nothing is wanted.
    """
    wanted = [example.vector for example in examples if example.is_wanted]
    others = [example.vector for example in examples if not example.is_wanted]
    if not wanted:
        raise ValueError("a query needs a photo that results should be like")
    negative = np.stack(others) if others else None
    return Query(tuple(examples), average_query(np.stack(wanted), negative, metric))


def photo_of_file(
    number: int, file: Path, crop: tuple[int, int, int, int] | None = None, url: str = ""
) -> Photo:
    """A record for a photo that is not in the catalogue, so that it can be shown like those.

    Args:
        number: Told apart by it from other such photos.
        file: Where it lies.
        crop: The part of it that counts.
        url: Where it came from.
    """
    return Photo(
        id=-number,
        item_id=0,
        position=0,
        source_id=0,
        file=file,
        name=file.name,
        crop=crop,
        url=url,
        status=PhotoStatus.READY,
        problem="",
        byte_count=None,
        content_hash=None,
        verdict=Verdict.UNDECIDED,
        reason=None,
        quarantined=False,
        width=None,
        height=None,
        container="",
        jpeg_quality=None,
    )
