"""Telling one network's weights from another's: an index and a query must come from the same."""

from __future__ import annotations

import hashlib
from pathlib import Path

from core.errors import UserError


def model_hash_of(file: Path) -> str:
    """SHA-256 of a network's file, hexadecimal.

    Raises:
        UserError: There is no network, or it cannot be read.
    """
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise UserError(
            "This run has no network yet",
            path=file,
            remedy="Train it for at least one epoch, or choose a run that is finished.",
        ) from error
    except OSError as error:
        raise UserError(
            f"The run's network cannot be read ({error.strerror})",
            path=file,
            remedy="Give yourself permission to read it, or train the run again.",
        ) from error
