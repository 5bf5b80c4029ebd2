"""Where an export may go: a new or empty folder, or an earlier export of the same project."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.database import Catalogue
from core.catalogue.paths import from_stored
from core.catalogue.settings import read_setting, write_setting
from core.cleaning.disk import Disk, make_folders
from core.cleaning.export_ledger import LEDGER_NAME, LEDGER_PART, Ledger, LedgerHead, read_ledger
from core.cleaning.manifest import ManifestFormat
from core.errors import UserError

PHOTO_PART = ".photo.pickglass-part"
"""What a photo is called in the export's folder until it is whole."""


def manifest_part(format_: ManifestFormat) -> str:
    """What a manifest is called in the export's folder until it is whole."""
    return f".{format_.file_name}.part"


PARTS = (PHOTO_PART, *map(manifest_part, ManifestFormat))


@dataclass(frozen=True)
class ExportTarget:
    """A folder made ready.

    Attributes:
        folder: Where the export will be.
        working: Where it is written: beside that until it is whole, or there for an update.
        ledger: What is in it already.
    """

    folder: Path
    working: Path
    ledger: Ledger


def prepare_target(
    catalogue: Catalogue, folder: Path, mode: str, disk: Disk, *, with_photos: bool
) -> ExportTarget:
    """Sees that the folder may be exported to, and begins or goes on with the export there.

    Raises:
        UserError: It may not.
    """
    head = LedgerHead(_project_identity(catalogue), mode)
    try:
        folder = folder.resolve()
        _refuse_among_originals(catalogue, folder)
        working, ledger = _earlier(folder, head, with_photos)
        make_folders(disk, working)
        for leftover in PARTS:
            (working / leftover).unlink(missing_ok=True)
        ledger.begin(head)
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links; a NUL in the name
        why = error.strerror if isinstance(error, OSError) else error
        raise UserError(
            f"The export cannot be written there ({why})",
            path=folder,
            remedy="Choose a folder on a disk that you may write to and that has room.",
        ) from error
    return ExportTarget(folder, working, ledger)


def _earlier(folder: Path, head: LedgerHead, with_photos: bool) -> tuple[Path, Ledger]:
    """The folder to write in, with what is there of an earlier export or of an interrupted one."""
    if folder.exists() and not folder.is_dir():
        raise UserError("This is a file, not a folder", path=folder, remedy="Choose another name.")
    if folder.is_dir() and any(folder.iterdir()):
        found = read_ledger(folder)
        if found is None or found[0].project != head.project:
            raise UserError(
                "The folder is not empty, and not an earlier export of this project",
                path=folder,
                remedy="Choose a new or an empty folder.",
            )
        before, ledger = found
        if ledger.ours and not with_photos:
            raise UserError(
                "The folder holds an export with photos, which a manifest alone would remove",
                path=folder,
                remedy="Choose another folder for the manifest.",
            )
        return folder, _forget_if_other_kind(before, head, ledger)
    working = folder.parent / f".{folder.name}.pickglass-part"
    found = read_ledger(working)
    if found is not None and found[0].project == head.project:
        return working, _forget_if_other_kind(found[0], head, found[1])
    if working.is_dir() and any(path.name != LEDGER_PART for path in working.iterdir()):
        raise UserError(
            "An export by another project to this folder was interrupted",
            path=working,
            remedy="Remove that hidden folder, or choose another name.",
        )
    return working, Ledger(working / LEDGER_NAME)


def _forget_if_other_kind(before: LedgerHead, head: LedgerHead, ledger: Ledger) -> Ledger:
    """Copies are replaced by links and the other way round, though their bytes are the same."""
    if before.mode != head.mode:
        ledger.ours = dict.fromkeys(ledger.ours)
    return ledger


def _refuse_among_originals(catalogue: Catalogue, folder: Path) -> None:
    roots = [
        from_stored(row["root"]) for row in catalogue.connection.execute("SELECT root FROM source")
    ]
    for root in (catalogue.project.root, *roots):
        real = Path(os.path.realpath(root))
        if folder == real or real in folder.parents:
            raise UserError(
                "The export would lie among the photos of the scrape or in the project",
                path=folder,
                remedy="Choose a folder elsewhere, so that originals stay as they are.",
            )


def _project_identity(catalogue: Catalogue) -> str:
    identity = read_setting(catalogue, "identity")
    if identity is None:
        identity = uuid.uuid4().hex
        write_setting(catalogue, "identity", identity)
    return str(identity)
