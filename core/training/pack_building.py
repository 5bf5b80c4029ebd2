"""Making a pack: whatever is not in it yet is read, made small and appended."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from core.cleaning.disk import is_disk_full
from core.cleaning.photo_content import content_hash_of
from core.errors import UserError
from core.images import Unreadable, UnreadableImage, read_file
from core.jobs.context import JobContext
from core.jobs.processes import spread
from core.training.pack_file import (
    PackHeader,
    PackIndex,
    checksum_of,
    not_a_pack,
    read_index,
    record,
    write_index,
)
from core.training.photos import TrainingPhoto
from core.training.pixels import Fit, encode_square

_STAGE = "Packing photos"
# What a process does between two looks at whether to stop.
_CHUNK = 16
# Starting a process costs about as much as packing so many photos.
_TOO_FEW = 400
_INDEX_EVERY_S = 20.0
_LOCK_POLL_S = 0.2

CHANGED = "its file was changed since it was read"


@dataclass(frozen=True)
class PackProblem:
    """A photo that is not in the pack, and why."""

    photo: TrainingPhoto
    why: str


@dataclass(frozen=True)
class PackResult:
    """What making a pack came to.

    Attributes:
        file: The pack.
        photos: How many of the photos asked for are in it.
        added: How many of them were not before.
        problems: Those that cannot be; they are tried again the next time.
    """

    file: Path
    photos: int
    added: int
    problems: tuple[PackProblem, ...]


def pack_file(folder: Path, side_px: int, fit: Fit) -> Path:
    """Where the pack of this size and fit lies."""
    return folder / f"{side_px}-{fit}.pack"


def build_pack(
    folder: Path,
    photos: Sequence[TrainingPhoto],
    side_px: int,
    fit: Fit,
    context: JobContext | None = None,
    workers: int | None = None,
) -> PackResult:
    """Sees to it that the photos are in the folder's pack of this size and fit.

    Only one process at a time writes to a pack; another one waits for it. Others may read it.

    Args:
        folder: Where packs lie; is made where it is missing.
        photos: In any order; the same content is packed once.
        side_px: Side of the squares.
        fit: As `core.training.pixels.to_square` takes it.
        context: Progress and cancellation.
        workers: How many processes read; one a processor where None, this one where 1.

    Raises:
        UserError: The pack cannot be written, or is damaged.
        Cancelled: The context was cancelled; what was packed stays packed.
    """
    context = context or JobContext()
    file = pack_file(folder, side_px, fit)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _only_writer(file, context), _Writer(file, side_px, fit) as writer:
            wanted = {photo.content_hash: photo for photo in photos}
            missing = [photo for key, photo in wanted.items() if key not in writer]
            problems = _add(writer, missing, side_px, fit, context, workers)
    except OSError as error:
        full = is_disk_full(error)
        raise UserError(
            "The disk is full, so photos cannot be packed"
            if full
            else f"Photos cannot be packed ({error.strerror})",
            path=file,
            remedy="Make room on it and start again: packing goes on from there."
            if full
            else "See that you may write there, and start again.",
        ) from error
    without = {problem.photo.content_hash for problem in problems}
    return PackResult(
        file,
        sum(photo.content_hash not in without for photo in photos),
        len(missing) - len(problems),
        tuple(problems),
    )


def _add(
    writer: _Writer,
    photos: Sequence[TrainingPhoto],
    side_px: int,
    fit: Fit,
    context: JobContext,
    workers: int | None,
) -> list[PackProblem]:
    if workers is None:
        workers = 1 if len(photos) < _TOO_FEW else os.cpu_count() or 1
    chunks = (photos[begin : begin + _CHUNK] for begin in range(0, len(photos), _CHUNK))
    making = spread(_make_small, chunks, _Square, (side_px, fit), workers=workers, context=context)
    problems: list[PackProblem] = []
    done = 0
    if photos:
        context.report(_STAGE, 0, len(photos))
    for results in making:
        for photo, jpeg, why in results:
            if jpeg is None:
                problems.append(PackProblem(photo, why))
            else:
                writer.append(photo.content_hash, jpeg)
        done += len(results)
        context.report(_STAGE, done, len(photos))
    return problems


@dataclass(frozen=True)
class _Square:
    """What a process makes photos small to."""

    side_px: int
    fit: Fit


def _make_small(
    square: _Square, photos: Sequence[TrainingPhoto]
) -> list[tuple[TrainingPhoto, bytes | None, str]]:
    """Each photo with its JPEG, or with None and the reason."""
    made: list[tuple[TrainingPhoto, bytes | None, str]] = []
    for photo in photos:
        try:
            data = read_file(photo.file)
            if content_hash_of(data, photo.crop) != photo.content_hash:
                made.append((photo, None, CHANGED))
                continue
            made.append((photo, encode_square(data, photo.crop, square.side_px, square.fit), ""))
        except UnreadableImage as error:
            made.append((photo, None, str(error)))
        except MemoryError:
            made.append((photo, None, str(Unreadable.TOO_LARGE)))
    return made


class _Writer:
    """Appends to a pack; what a killed process left half-written at its end is cut off first."""

    def __init__(self, file: Path, side_px: int, fit: Fit) -> None:
        self._path = file
        if not file.exists():
            part = file.with_suffix(".part")
            part.write_bytes(PackHeader.new(side_px, fit).to_bytes())
            part.replace(file)
        self._file = file.open("r+b")
        header = PackHeader.read(self._file)
        if header is None or (header.side_px, header.fit) != (side_px, fit):
            self._file.close()
            raise not_a_pack(file)
        self._header = header
        self._index: PackIndex = read_index(file, self._file, header)
        self._file.truncate(self._index.end)
        self._file.seek(self._index.end)
        self._stored = time.monotonic()

    def __contains__(self, key: bytes) -> bool:
        return key in self._index.rows

    def append(self, key: bytes, jpeg: bytes) -> None:
        checksum = checksum_of(key, jpeg)
        written = record(key, jpeg, checksum)
        self._file.write(written)
        offset = self._index.end + len(written) - len(jpeg)
        self._index.add(key, offset, len(jpeg), checksum)
        if time.monotonic() - self._stored > _INDEX_EVERY_S:
            self._store()

    def _store(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        write_index(self._path, self._header, self._index)
        self._stored = time.monotonic()

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._store()
        finally:
            # Closing flushes once more what a full disk has just refused, and would raise again.
            with suppress(OSError):
                self._file.close()


@contextmanager
def _only_writer(file: Path, context: JobContext) -> Iterator[None]:
    lock = FileLock(file.with_suffix(".lock"))
    while True:
        try:
            lock.acquire(timeout=_LOCK_POLL_S)
            break
        except Timeout:
            context.check_cancelled()
            context.report("Waiting for another run that packs the same photos", 0)
    try:
        yield
    finally:
        lock.release()
