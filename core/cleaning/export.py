"""Export: the clean data set is written to a folder elsewhere; originals are only read.

A new export is written beside its target and gets its name once it is whole. Exporting again to
the same folder brings it up to date: what is there already is not copied again. Either can be
interrupted at any point and goes on where it stopped when started again.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.database import Catalogue
from core.catalogue.items import read_items
from core.catalogue.paths import from_stored
from core.catalogue.photos import read_photos
from core.catalogue.records import Item, Photo
from core.cleaning.disk import Disk, FileProblem, remove_empty_folders
from core.cleaning.export_photo import (
    ExportMode,
    PhotoWriter,
    check_unchanged,
    file_name,
    stop_if_full,
)
from core.cleaning.export_selection import select
from core.cleaning.export_target import ExportTarget, manifest_part, prepare_target
from core.cleaning.manifest import ManifestFormat, ManifestRow, ManifestWriter, manifest_row
from core.cleaning.move_journal import Problem, refuse_unfinished
from core.cleaning.splits import Split
from core.errors import UserError, displayable
from core.jobs.context import JobContext

_CHUNK_ITEMS = 200


@dataclass(frozen=True)
class ExportResult:
    """What was exported.

    Attributes:
        folder: Where it is.
        items: Items with at least one photo.
        photos: Photos in the manifest.
        written: Photos put in place this time.
        unchanged: Photos that were there from before.
        removed: Photos of an earlier export that are no longer wanted.
        items_by_split: How many items each split has.
        not_ready: Photos left out because they cannot be shown, or nobody has looked at them yet.
        problems: Photos that were left out for another reason, and files that were left.
    """

    folder: Path
    items: int
    photos: int
    written: int
    unchanged: int
    removed: int
    items_by_split: Mapping[Split, int]
    not_ready: int
    problems: tuple[Problem, ...]


def export(
    catalogue: Catalogue,
    target: Path,
    *,
    mode: ExportMode,
    formats: Collection[ManifestFormat],
    only_done: bool,
    seed: int,
    context: JobContext,
    disk: Disk | None = None,
) -> ExportResult:
    """Writes the photos that were not rejected, and the manifest.

    `target/<category>/<item>/<number>.<extension>`, and `target/manifest.csv` and `.parquet`.

    Args:
        catalogue: What to export; read as it was when the export began.
        target: A new or empty folder, or an earlier export of this project.
        mode: How photos get there.
        formats: Of the manifest.
        only_done: Only items that the user has marked as done; else all but rejected ones.
        seed: For the division into training, validation and test.
        context: May cancel; the same export then goes on where it stopped.
        disk: Takes the steps.

    Raises:
        UserError: It may not be written there, the disk is full, or moving files is not finished.
        Cancelled: What was written until then is used when the export is started again.
    """
    refuse_unfinished(catalogue)
    disk = disk or Disk()
    place = prepare_target(
        catalogue, target, mode, disk, with_photos=mode is not ExportMode.MANIFEST
    )
    try:
        with _as_of_now(catalogue):
            exporting = _Exporting(catalogue, place, mode, only_done, seed, disk)
            exporting.check_room()
            exporting.write_all(formats, context)
        exporting.remove_unwanted()
    except OSError as error:
        stop_if_full(error, place.working)
        raise UserError(
            f"The export cannot be written ({error.strerror})",
            path=place.working,
            remedy="See that you may write there, and export to the same folder again.",
        ) from error
    finally:
        place.ledger.close()
    _finish(place, disk)
    return exporting.result()


class _Exporting:
    """One export under way."""

    def __init__(
        self,
        catalogue: Catalogue,
        place: ExportTarget,
        mode: ExportMode,
        only_done: bool,
        seed: int,
        disk: Disk,
    ) -> None:
        self._catalogue = catalogue
        self._place = place
        self._mode = mode
        self._disk = disk
        self._writer = PhotoWriter(disk, place.working, mode, place.ledger)
        self._problems: list[Problem] = []
        self._wanted: set[str] = set()
        self._items_by_split: Counter[Split] = Counter()
        self._photos = 0
        self._removed = 0
        self._selection = select(catalogue, only_done=only_done, seed=seed)
        self._roots = {
            row[0]: from_stored(row[1])
            for row in catalogue.connection.execute("SELECT id, root FROM source")
        }

    def check_room(self) -> None:
        """Raises `UserError` if a new export of copies cannot fit on the disk."""
        if self._mode is not ExportMode.COPY or self._place.ledger.ours:
            return
        free = shutil.disk_usage(self._place.working).free
        if self._selection.byte_count > free:
            raise UserError(
                f"The export needs {self._selection.byte_count / 1e6:,.0f} MB,"
                f" and {free / 1e6:,.0f} MB are free",
                path=self._place.folder,
                remedy="Make room, choose another disk, or export hard links or a manifest alone.",
            )

    def write_all(self, formats: Collection[ManifestFormat], context: JobContext) -> None:
        """Writes photos and manifest; the old manifest stays until the new one is whole."""
        parts = {format_: self._place.working / manifest_part(format_) for format_ in formats}
        with ManifestWriter(parts) as manifest:
            for first in range(0, len(self._selection.item_ids), _CHUNK_ITEMS):
                manifest.write(
                    self._write_items(
                        self._selection.item_ids[first : first + _CHUNK_ITEMS], context
                    )
                )
        context.report("Exporting photos", self._selection.photos, self._selection.photos)
        for format_, part in parts.items():
            self._disk.replace(part, self._place.working / format_.file_name)
        for format_ in set(ManifestFormat) - set(formats):
            (self._place.working / format_.file_name).unlink(missing_ok=True)

    def remove_unwanted(self) -> None:
        """Removes what an earlier export put there and this one does not; nothing else."""
        ledger = self._place.ledger
        for path in sorted(ledger.ours.keys() - self._wanted):
            file, put = self._place.working / path, ledger.ours[path]
            if os.path.lexists(file):
                stat = file.lstat()
                if put is not None and (stat.st_size, stat.st_mtime_ns) != (
                    put.byte_count,
                    put.mtime_ns,
                ):
                    self._problems.append(
                        Problem(
                            0,
                            path,
                            "It is no longer wanted, but was changed since it was exported",
                            "Remove it yourself if you do not need it.",
                        )
                    )
                    continue
                self._disk.unlink(file)
                self._removed += 1
                remove_empty_folders(self._disk, file.parent, self._place.working)
            ledger.has_removed(path)

    def result(self) -> ExportResult:
        return ExportResult(
            folder=self._place.folder,
            items=self._items_by_split.total(),
            photos=self._photos,
            written=self._writer.written,
            unchanged=self._writer.unchanged,
            removed=self._removed,
            items_by_split={split: self._items_by_split[split] for split in Split},
            not_ready=self._selection.not_ready,
            problems=tuple(self._problems),
        )

    def _write_items(self, ids: Sequence[int], context: JobContext) -> list[ManifestRow]:
        photos = read_photos(self._catalogue, ids)
        rows: list[ManifestRow] = []
        for item in read_items(self._catalogue, ids):
            exported = 0
            for photo in photos[item.id]:
                if not photo.is_kept or photo.content_hash is None:
                    continue
                context.check_cancelled()
                context.report("Exporting photos", self._photos, self._selection.photos, item.key)
                path = self._put(item, photo)
                if path is None:
                    continue
                original = self._original(photo)
                rows.append(
                    manifest_row(item, photo, original, path, self._selection.splits[item.id])
                )
                exported += 1
                self._photos += 1
            if exported:
                self._items_by_split[self._selection.splits[item.id]] += 1
        return rows

    def _put(self, item: Item, photo: Photo) -> str | None:
        """Exports a photo; its path, "" in a manifest alone, or None where it had to be left."""
        try:
            if self._mode is ExportMode.MANIFEST:
                check_unchanged(photo)
                return ""
            folder, name = self._selection.folders[item.id], file_name(photo)
            path = f"{folder}/{name}"
            if path in self._wanted:  # nothing forbids two photos of one number
                path = f"{folder}/{photo.id}-{name}"
            self._writer.put(photo, path)
        except FileProblem as problem:
            self._leave(photo, problem.why, problem.remedy)
        except OSError as error:
            stop_if_full(error, self._place.working)
            self._leave(
                photo,
                f"It cannot be exported ({error.strerror})",
                "Connect the disk that it is on, or give yourself permission to read it.",
            )
        else:
            self._wanted.add(path)
            return path
        return None

    def _leave(self, photo: Photo, why: str, remedy: str) -> None:
        self._problems.append(Problem(photo.id, displayable(photo.file), why, remedy))

    def _original(self, photo: Photo) -> Path:
        if photo.url:
            return self._catalogue.project.downloads / photo.name
        return self._roots[photo.source_id] / photo.name


@contextmanager
def _as_of_now(catalogue: Catalogue) -> Iterator[None]:
    """Reads the catalogue as it is now, whatever is decided meanwhile."""
    catalogue.connection.execute("BEGIN")
    try:
        yield
    finally:
        catalogue.connection.rollback()


def _finish(place: ExportTarget, disk: Disk) -> None:
    """Gives a new export its name, once it is on the disk."""
    if place.working == place.folder:
        return
    if os.name == "posix":
        os.sync()  # once for all files: syncing each of a million takes longer than copying them
    try:
        if place.folder.exists():
            disk.remove_folder(place.folder)  # empty
        disk.rename(place.working, place.folder)
    except OSError as error:
        raise UserError(
            f"The export is complete, but cannot be given its name ({error.strerror})",
            path=place.working,
            remedy=f"Rename this folder to {place.folder.name} yourself.",
        ) from error
