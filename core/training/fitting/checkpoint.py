"""Checkpoints: all that is learned and where in the run it was, in one file written at once."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import UserError

Arrays = list[npt.NDArray[Any]]

_FORMAT = 1


@dataclass(frozen=True)
class Position:
    """Where a run is.

    Attributes:
        step: Steps done.
        epoch: Epochs done.
        batch: Batches done of the epoch after those.
        items: Items a batch, which a small memory may have halved.
        loss_sum: Of the losses of those batches.
        evaluated: The epoch that was evaluated last; 0 for none.
        best_epoch: The epoch of the best evaluation; 0 for none.
        best_top: Its Top-k by k.
        without_better: Evaluations since then.
        pretrained: Epochs of pretraining done.
        run: What the checkpoint belongs to: a fingerprint of data and network.
    """

    step: int = 0
    epoch: int = 0
    batch: int = 0
    items: int = 0
    loss_sum: float = 0.0
    evaluated: int = 0
    best_epoch: int = 0
    best_top: dict[int, float] = field(default_factory=dict)
    without_better: int = 0
    pretrained: int = 0
    run: str = ""

    def then(self, **changes: Any) -> Position:
        """The position with something changed."""
        return replace(self, **changes)


def write_checkpoint(file: Path, position: Position, variables: Sequence[Any]) -> None:
    """Writes atomically; a kill or a full disk leaves the checkpoint before.

    Args:
        file: Where to.
        position: Where the run is.
        variables: Keras variables, in the order in which they will be read.

    Raises:
        UserError: There is no room, or a number is not finite.
    """
    write_arrays(file, position, values_of(variables))


def values_of(variables: Sequence[Any]) -> Arrays:
    """The values of Keras variables; on a CPU perhaps their own memory, which a step changes."""
    import keras

    return [np.asarray(keras.ops.convert_to_numpy(variable.value)) for variable in variables]


def write_arrays(file: Path, position: Position, arrays: Arrays) -> None:
    """As `write_checkpoint`, of values; needs no Keras.

    Raises:
        UserError: There is no room, or a number is not finite.
    """
    if not all(np.isfinite(array).all() for array in arrays if array.dtype.kind == "f"):
        raise diverged(position.step)
    header = json.dumps({"format": _FORMAT, "position": asdict(position)})
    partial = file.with_name(file.name + ".partial")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as stream:
            numbered: dict[str, Any] = {f"{place:05d}": a for place, a in enumerate(arrays)}
            numbered["header"] = np.frombuffer(header.encode(), np.uint8)
            np.savez(stream, allow_pickle=False, **numbered)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(file)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise UserError(
            f"The checkpoint cannot be written ({error.strerror or error})",
            path=file,
            remedy="Make room on the disk, then resume the run: it goes on from the checkpoint "
            "before.",
        ) from error


def read_checkpoint(file: Path) -> tuple[Position, Arrays]:
    """What `write_checkpoint` wrote.

    Raises:
        UserError: It is broken.
    """
    try:
        # Opened here, for NumPy leaves a broken file open.
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            header = json.loads(stored["header"].tobytes())
            names = sorted(name for name in stored.files if name != "header")
            arrays = [stored[name] for name in names]
        if header["format"] != _FORMAT:
            raise ValueError(f"format {header['format']}")
        values = header["position"]
        values["best_top"] = {int(k): float(share) for k, share in values["best_top"].items()}
        return Position(**values), arrays
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        is_whole = zipfile.is_zipfile(file)  # else NumPy advises to trust it, and to load it so
        why = str(error) if is_whole else "the file is damaged, or was only half written"
        raise broken_checkpoint(file, why) from error


def assign_all(file: Path, variables: Iterable[Any], arrays: Arrays) -> None:
    """Gives variables the values read from a file.

    Raises:
        UserError: They are of another network or optimiser.
    """
    variables = list(variables)
    wanted = [tuple(variable.shape) for variable in variables]
    found = [array.shape for array in arrays]
    if wanted != found:
        raise broken_checkpoint(file, "it belongs to another network, loss or optimiser")
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


def broken_checkpoint(file: Path, why: str) -> UserError:
    """What to say of a checkpoint that cannot be used."""
    return UserError(
        f"The checkpoint cannot be used ({why})",
        path=file,
        remedy="Delete it to start this run from its beginning, or start a new run.",
    )


def diverged(step: int) -> UserError:
    """What to say of numbers that are no longer finite."""
    return UserError(
        f"The training has diverged: its loss or weights stopped being numbers at step {step}",
        remedy="Start a new run with a learning rate of a third or less, with a “Clip norm” of 1, "
        "or with mixed precision off. The best model until then is kept.",
    )
