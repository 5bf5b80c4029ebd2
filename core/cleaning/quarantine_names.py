"""Names in the quarantine that nothing has yet, as like the original ones as can be."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from core.cleaning.photo_files import FiledPhoto

_MAX_NAME_BYTES = 200
_MAX_PATH_BYTES = 1000


class QuarantineNames:
    """Gives out names for one plan.

    A file keeps its path below the folder that was imported, as `<source id>/<path>`, so that the
    quarantine makes sense to the eye and could be copied back by hand. Where the disk might not
    take that name, or it is taken, the file is `numbered/<photo id>`, which is never given twice.
    """

    def __init__(self, quarantine: Path) -> None:
        self._quarantine = quarantine
        self._given: set[str] = set()
        self._folders: dict[Path, bool] = {}

    def name_for(self, photo: FiledPhoto) -> Path:
        """A name for the photo's file, relative to the quarantine."""
        name = Path(str(photo.source_id), photo.path)
        if self._is_usable(name):
            self._given.add(_as_any_disk_sees_it(name))
            return name
        suffix = photo.path.suffix
        plain = suffix.isascii() and suffix[1:].isalnum() and len(suffix) <= 6
        return Path("numbered", f"{photo.id}{suffix if plain else ''}")

    def _is_usable(self, name: Path) -> bool:
        return (
            ".." not in name.parts
            and name.parts[0].isdigit()  # an absolute path would have replaced the source's number
            and all(len(os.fsencode(part)) <= _MAX_NAME_BYTES for part in name.parts)
            and len(os.fsencode(self._quarantine / name)) <= _MAX_PATH_BYTES
            and _as_any_disk_sees_it(name) not in self._given
            and self._is_folder_or_free(self._quarantine / name.parent)
            and not os.path.lexists(self._quarantine / name)
        )

    def _is_folder_or_free(self, folder: Path) -> bool:
        if folder == self._quarantine:
            return True
        if folder not in self._folders:
            self._folders[folder] = self._is_folder_or_free(folder.parent) and (
                folder.is_dir() or not os.path.lexists(folder)
            )
        return self._folders[folder]


def _as_any_disk_sees_it(name: Path) -> str:
    """Two names that this maps to one are one file where case or accents do not count."""
    return unicodedata.normalize("NFC", os.fspath(name)).casefold()
