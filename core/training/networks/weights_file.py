"""The file that a network's first weights come from, looked for before there is a network."""

from __future__ import annotations

from pathlib import Path

from core.errors import UserError
from core.training.instruction import Model, Transfer
from core.training.named_paths import is_file, named_path

_NAMES = ("imagenet", "random")


def weights_file(model: Model) -> Path | None:
    """The file of weights that the instruction names; None where it names no file.

    Raises:
        UserError: It is not there.
    """
    if not isinstance(model, Transfer) or model.weights in _NAMES:
        return None
    file = named_path(model.weights)
    if not is_file(file):
        raise UserError(
            "There is no such weights file",
            path=file,
            remedy='Correct the path under "weights", or write "imagenet" or "random" there.',
        )
    return file
