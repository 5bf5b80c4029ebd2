"""Moving and copying files so that no byte is ever lost, overwritten or half there.

All that Apply, Restore and Export do to a disk goes through a `Disk`, one call for each step, so
that tests can stop the program between any two of them, or let the disk run full at any.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
from enum import Enum, auto
from pathlib import Path
from typing import BinaryIO

_CHUNK_BYTES = 1 << 20

_NO_LINKS = frozenset(
    {errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL}
)
"""What `link` fails with where it is the linking, not the moving, that is not possible."""

_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class Disk:
    """The steps, as the operating system takes them; each raises `OSError`."""

    def make_folder(self, folder: Path) -> None:
        folder.mkdir()

    def remove_folder(self, folder: Path) -> None:
        folder.rmdir()

    def link(self, source: Path, target: Path) -> None:
        os.link(source, target)

    def rename(self, source: Path, target: Path) -> None:
        source.rename(target)

    def replace(self, source: Path, target: Path) -> None:
        source.replace(target)

    def unlink(self, file: Path) -> None:
        file.unlink()

    def create(self, file: Path) -> BinaryIO:
        return file.open("xb")

    def write(self, file: BinaryIO, data: bytes) -> None:
        file.write(data)

    def sync(self, file: BinaryIO) -> None:
        file.flush()
        os.fsync(file.fileno())

    def sync_folder(self, folder: Path) -> None:
        """Makes what was added to and removed from a folder survive a power cut."""
        if os.name != "posix":
            return  # Windows does so by itself
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno != errno.EINVAL:  # a kind of disk that knows no such thing
                raise
        finally:
            os.close(descriptor)


class Arrival(Enum):
    """How a file has got to its new place."""

    LINKED = auto()
    """The same file under both names; the old one is still to be removed."""
    RENAMED = auto()
    """Nothing is left at the old place."""
    COPIED = auto()
    """A verified copy on another disk; the original is still to be removed."""


class FileProblem(Exception):  # noqa: N818 - reads as what it is
    """Why one file was left as it was, with what the user can do about it."""

    def __init__(self, why: str, remedy: str, path: Path | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.remedy = remedy
        self.path = path


def is_disk_full(error: OSError) -> bool:
    """Whether a step failed for want of room (or quota)."""
    return error.errno in _DISK_FULL


def arrive(
    disk: Disk, source: Path, target: Path, part: Path, content_hash: bytes, mtime_ns: int
) -> Arrival:
    """Brings a file to a new place without taking it from the old one, if that is possible.

    Whatever is at the target already stays there. Time stamps and permissions come along.

    Args:
        disk: Takes the steps.
        source: A regular file.
        target: In a folder that is there.
        part: Beside the target; used while copying, and gone afterwards.
        content_hash: SHA-256 that the file must have; checked where bytes are copied.
        mtime_ns: When it was last modified; a copy gets that time.

    Raises:
        FileProblem: Something is in the way, or the bytes are not those expected.
        OSError: The disk refused; nothing is at the target.
    """
    try:
        return _link_or_rename(disk, source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    copy_verified(disk, source, part, content_hash)
    os.utime(part, ns=(mtime_ns, mtime_ns))
    try:
        if _link_or_rename(disk, part, target) is Arrival.LINKED:
            disk.unlink(part)
    except BaseException:
        disk.unlink(part)
        raise
    return Arrival.COPIED


def copy_verified(disk: Disk, source: Path, copy: Path, content_hash: bytes | None) -> bytes:
    """Copies a file to a name that nothing has yet, with time stamps and permissions; its SHA-256.

    Args:
        disk: Takes the steps.
        source: A regular file.
        copy: Gone again unless the copy is whole, on the disk, read back and compared.
        content_hash: SHA-256 that the file must have, where that is known.

    Raises:
        FileProblem: The bytes are not those expected, were changed meanwhile, or did not arrive as
            they were sent.
        OSError: The disk refused.
    """
    with source.open("rb") as original, disk.create(copy) as written:
        try:
            before = os.fstat(original.fileno())
            digest = hashlib.sha256()
            while chunk := original.read(_CHUNK_BYTES):
                digest.update(chunk)
                disk.write(written, chunk)
            after = os.fstat(original.fileno())
            disk.sync(written)
            if _version(before) != _version(after) or content_hash not in (None, digest.digest()):
                raise changed()
            if hash_file(copy) != digest.digest():
                raise FileProblem(
                    "The copy is not what was written", "Check the disk that it was copied to."
                )
            shutil.copystat(source, copy)
        except BaseException:
            written.close()
            disk.unlink(copy)
            raise
    return digest.digest()


def make_folders(disk: Disk, folder: Path, *, durably: bool = True) -> None:
    """Makes a folder and those above it where they are missing, to survive a power cut if asked."""
    missing: list[Path] = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for folder in reversed(missing):
        disk.make_folder(folder)
        if durably:
            disk.sync_folder(folder.parent)


def remove_empty_folders(disk: Disk, folder: Path, root: Path) -> None:
    """Removes a folder and those above it, below the root, as far as they are empty."""
    while folder != root and root in folder.parents:
        try:
            disk.remove_folder(folder)
        except OSError:
            return
        folder = folder.parent


def hash_file(file: Path) -> bytes:
    """SHA-256 of a file's bytes."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").digest()


def is_unchanged(file: os.stat_result, byte_count: int, mtime_ns: int) -> bool:
    """Whether a file still is the regular file of that size and time."""
    return (
        stat.S_ISREG(file.st_mode) and file.st_size == byte_count and file.st_mtime_ns == mtime_ns
    )


def taken(place: Path) -> FileProblem:
    """That a file has come to lie where another was to go."""
    return FileProblem(
        "Another file has taken its place",
        f"Move {place.name} away from {place.parent} and try again.",
    )


def changed() -> FileProblem:
    """That a file is not the one that was decided on."""
    return FileProblem(
        "The file has changed since it was looked at",
        "Look at it again (hash the project once more), decide on it, and try again.",
    )


def _link_or_rename(disk: Disk, source: Path, target: Path) -> Arrival:
    if os.path.lexists(target):
        raise taken(target)
    try:
        disk.link(source, target)
    except FileExistsError:
        raise taken(target) from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
    else:
        return Arrival.LINKED
    # Disks without hard links (FAT, some network shares), or a file of another owner. Nothing but
    # this program writes to the quarantine, and a file that came up at an original place within
    # the last microseconds is the one thing that goes unnoticed this way.
    if os.path.lexists(target):
        raise taken(target)
    disk.rename(source, target)
    return Arrival.RENAMED


def _version(file: os.stat_result) -> tuple[int, int]:
    return file.st_size, file.st_mtime_ns
