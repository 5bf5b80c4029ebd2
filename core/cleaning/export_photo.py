"""Putting one photo into an export: copied, linked, or cropped."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core import images
from core.catalogue.records import Photo
from core.cleaning.disk import Disk, FileProblem, changed, is_disk_full, make_folders, taken
from core.cleaning.export_ledger import Exported, Ledger
from core.cleaning.export_names import extension
from core.cleaning.export_target import PHOTO_PART
from core.errors import UserError
from core.images import Container, UnreadableImage, sniff

_CHUNK_BYTES = 1 << 20

_CROP_QUALITY = 95


class ExportMode(StrEnum):
    """How photos get into the export."""

    COPY = "copy"
    HARDLINK = "hardlink"
    """The same files under a second name: no room is taken, but whoever edits one edits both."""
    MANIFEST = "manifest"
    """Not at all: the manifest tells where the originals are."""


@dataclass
class PhotoWriter:
    """Writes the photos of one export.

    Attributes:
        disk: Takes the steps.
        folder: The export's.
        mode: Not `MANIFEST`.
        ledger: Which files are there already, and are ours.
        written: Photos put in place, and likewise
        unchanged: photos that were there already.
    """

    disk: Disk
    folder: Path
    mode: ExportMode
    ledger: Ledger
    written: int = 0
    unchanged: int = 0

    def put(self, photo: Photo, path: str) -> None:
        """Sees to it that the photo is at its path, relative to the folder.

        Raises:
            FileProblem: It cannot be exported; says why.
            OSError: Likewise; the disk refused.
            UserError: No further photo can be exported either.
        """
        assert photo.content_hash is not None
        content = photo.content_hash.hex()
        if photo.crop is not None:
            content += ":" + ",".join(map(str, photo.crop))
        target = self.folder / path
        if self._is_there(path, target, content):
            self.unchanged += 1
            return
        if path not in self.ledger.ours and os.path.lexists(target):
            raise taken(target)
        part = self.folder / PHOTO_PART
        part.unlink(missing_ok=True)
        try:
            self._write(photo, part)
            self.ledger.will_put(path)
            self.ledger.flush()
            make_folders(self.disk, target.parent, durably=False)
            self.disk.replace(part, target)
        finally:
            # Also after a replacement: renaming a file over another name of itself does nothing.
            part.unlink(missing_ok=True)
        stat = target.stat()
        self.ledger.has_put(path, Exported(content, stat.st_size, stat.st_mtime_ns))
        self.written += 1

    def _is_there(self, path: str, target: Path, content: str) -> bool:
        known = self.ledger.ours.get(path)
        if known is None or known.content != content:
            return False
        try:
            stat = target.stat()
        except OSError:
            return False
        return (stat.st_size, stat.st_mtime_ns) == (known.byte_count, known.mtime_ns)

    def _write(self, photo: Photo, part: Path) -> None:
        if photo.crop is not None:
            self._write_crop(photo, part)
        elif self.mode is ExportMode.HARDLINK:
            self._link(photo, part)
        else:
            self._copy(photo, part)

    def _copy(self, photo: Photo, part: Path) -> None:
        digest = hashlib.sha256()
        with photo.file.open("rb") as original, self.disk.create(part) as copy:
            while chunk := original.read(_CHUNK_BYTES):
                digest.update(chunk)
                self.disk.write(copy, chunk)
        if digest.digest() != photo.content_hash:
            raise changed()
        shutil.copystat(photo.file, part)

    def _link(self, photo: Photo, part: Path) -> None:
        check_unchanged(photo)
        try:
            self.disk.link(photo.file, part)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            raise UserError(
                "Hard links cannot lead from one disk to another",
                path=self.folder,
                remedy="Export to a folder on the disk that the photos are on, or copy them.",
            ) from error

    def _write_crop(self, photo: Photo, part: Path) -> None:
        assert photo.crop is not None
        try:
            pixels = images.load(photo.file).pixels
        except UnreadableImage as error:
            raise FileProblem(
                f"The photo cannot be read ({error})", "Hash the project again."
            ) from error
        left, top = max(0, photo.crop[0]), max(0, photo.crop[1])
        cropped = pixels[top : photo.crop[3], left : photo.crop[2]]
        if not cropped.size:
            raise FileProblem("The crop lies outside the picture", "Reject the photo.")
        with self.disk.create(part) as file:
            self.disk.write(file, images.encode_jpeg(cropped, _CROP_QUALITY))


def check_unchanged(photo: Photo) -> None:
    """Raises `FileProblem` if the photo's file is not the one that was hashed, by its size."""
    if photo.byte_count is not None and photo.file.stat().st_size != photo.byte_count:
        raise changed()


def file_name(photo: Photo) -> str:
    """The photo's name in its item's folder: its number there, and what its container is called."""
    if photo.crop is not None:
        return f"{photo.position:02}.jpg"
    container = Container(photo.container) if photo.container else None
    if container is None:
        with photo.file.open("rb") as file:
            container = sniff(file.read(32))
    return f"{photo.position:02}{extension(container) if container else ''}"


def stop_if_full(error: OSError, folder: Path) -> None:
    """Raises `UserError` if the disk is full; no further photo would fit either."""
    if is_disk_full(error):
        raise UserError(
            "The disk is full, so the export is not complete",
            path=folder,
            remedy="Make room on it and export to the same folder again: it goes on from there.",
        ) from error
