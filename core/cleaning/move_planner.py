"""Deciding for one file whether and how it can be moved, by a look at it and at its new place."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

from core.catalogue.database import Catalogue
from core.cleaning.disk import FileProblem, hash_file, is_unchanged
from core.cleaning.move_journal import Direction, FileMove, Problem
from core.cleaning.photo_files import FiledPhoto, PhotoFiles
from core.cleaning.quarantine_names import QuarantineNames
from core.errors import displayable


class MovePlanner:
    """Plans single moves and collects the reasons of those that cannot be made.

    Attributes:
        files: Which photos lie in which files.
        problems: One for each file that is left as it is.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.files = PhotoFiles(catalogue)
        self.problems: list[Problem] = []
        self._connection = catalogue.connection
        self._quarantine = catalogue.project.quarantine
        self._names = QuarantineNames(self._quarantine)
        self._writable: dict[Path, bool] = {}

    def away(self, photo: FiledPhoto) -> FileMove | None:
        """How to move a rejected photo's file to the quarantine; None if that cannot be done."""
        try:
            return self._away(photo)
        except (FileProblem, OSError) as error:
            self._note(photo, photo.original, error)
            return None

    def back(self, photo: FiledPhoto, *, verify: bool = False) -> FileMove | None:
        """How to move a photo's file out of the quarantine; None if that cannot be done.

        Args:
            photo: One whose file is in the quarantine.
            verify: Read the file and see that it is what was put there.
        """
        assert photo.quarantine is not None
        try:
            return self._back(photo, photo.quarantine, verify)
        except (FileProblem, OSError) as error:
            self._note(photo, self._quarantine / photo.quarantine, error)
            return None

    def _away(self, photo: FiledPhoto) -> FileMove:
        if not all(sharer.rejected for sharer in self.files.sharing(photo)):
            raise FileProblem(
                "The file also holds a photo that is kept",
                "Nothing is to be done: exports leave the rejected part out.",
                photo.original,
            )
        found = _look_at(photo.original)
        if not _same_bytes(photo, found):
            raise FileProblem(
                "The file has changed since it was looked at",
                "Import its folder again and decide on the photo as it is now.",
                photo.original,
            )
        if not self._can_write(photo.original.parent):
            raise FileProblem(
                "Its folder is read-only",
                "Give yourself write permission on the folder and the disk.",
                photo.original,
            )
        return FileMove(
            photo_id=photo.id,
            direction=Direction.QUARANTINE,
            original=photo.original,
            quarantine=self._names.name_for(photo),
            content_hash=photo.content_hash,
            byte_count=found.st_size,
            mtime_ns=found.st_mtime_ns,
        )

    def _back(self, photo: FiledPhoto, quarantine: Path, verify: bool) -> FileMove:
        file = self._quarantine / quarantine
        found = _look_at(file)
        put_there = self._connection.execute(
            "SELECT content_hash, mtime_ns FROM file_move WHERE photo_id IN (SELECT value FROM"
            " json_each(?)) AND direction = 'quarantine' AND state = 'done'"
            " ORDER BY id DESC LIMIT 1",
            [json.dumps([sharer.id for sharer in self.files.sharing(photo)])],
        ).fetchone()
        assert put_there is not None, "only a finished move sets photo.quarantine"
        if verify and hash_file(file) != put_there["content_hash"]:
            raise FileProblem(
                "The file in the quarantine is not the one that was put there",
                f"If it is what you want, move it to {displayable(photo.original)} yourself.",
                file,
            )
        if os.path.lexists(photo.original):
            raise FileProblem(
                "Another file has taken the photo’s place",
                "Move or rename that file, then restore the photo again.",
                photo.original,
            )
        folder = photo.original.parent
        while not os.path.lexists(folder):
            folder = folder.parent
        if not folder.is_dir() or not self._can_write(folder):
            raise FileProblem(
                "The folder that the photo came from cannot be written to",
                "Give yourself write permission on it, or move away what is in its place.",
                folder,
            )
        return FileMove(
            photo_id=photo.id,
            direction=Direction.RESTORE,
            original=photo.original,
            quarantine=quarantine,
            content_hash=put_there["content_hash"],
            byte_count=found.st_size,
            mtime_ns=put_there["mtime_ns"],
        )

    def _can_write(self, folder: Path) -> bool:
        if folder not in self._writable:
            self._writable[folder] = os.access(folder, os.W_OK | os.X_OK)
        return self._writable[folder]

    def _note(self, photo: FiledPhoto, file: Path, error: FileProblem | OSError) -> None:
        if isinstance(error, FileProblem):
            why, remedy, file = error.why, error.remedy, error.path or file
        else:
            why = f"The file cannot be looked at ({error.strerror})"
            remedy = "Connect the disk that it is on, or give yourself permission to read it."
        self.problems.append(Problem(photo.id, displayable(file), why, remedy))


def _look_at(file: Path) -> os.stat_result:
    try:
        found = file.lstat()
    except FileNotFoundError:
        raise FileProblem(
            "The file is gone",
            "Connect the disk that it is on, or put it back in its place.",
        ) from None
    if not stat.S_ISREG(found.st_mode):
        raise FileProblem(
            "It is a link to a file elsewhere, not a file",
            "Remove the link yourself if you want it gone.",
        )
    return found


def _same_bytes(photo: FiledPhoto, found: os.stat_result) -> bool:
    """Whether the file is what the user decided on, by size and time, or else by its bytes."""
    if photo.byte_count is None or photo.mtime_ns is None:
        return True  # nobody has looked at it yet, so the user decided on it as it is
    if is_unchanged(found, photo.byte_count, photo.mtime_ns):
        return True
    return (
        found.st_size == photo.byte_count
        and photo.content_hash is not None
        and hash_file(photo.original) == photo.content_hash
    )
