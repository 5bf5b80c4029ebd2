"""The checkpoint `last`: written now and then, and kept ready while steps are long."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

from core.jobs.stop_deadline import Keep
from core.training.fitting.checkpoint import (
    Arrays,
    Position,
    values_of,
    write_arrays,
    write_checkpoint,
)
from core.training.fitting.learning import Learning

LAST = "checkpoints/last.npz"


class LastStep:
    """Keeps all that is learned as it was after the last step that was done.

    What a step that has begun makes of the variables cannot be told before it is over. Where steps
    are long, a copy from before it is what can be written when the process must end meanwhile.

    Args:
        folder: The run's.
        learning: What is learned.
        keep: Is given what writes the copy, to be called on any thread.
    """

    def __init__(self, folder: Path, learning: Learning, keep: Keep) -> None:
        self._file = folder / LAST
        self._learning = learning
        self._keep = keep
        self._writing = threading.Lock()
        self._written: Position | None = None

    def write(self, position: Position) -> None:
        """Writes the checkpoint; a copy is not needed any more.

        Raises:
            UserError: There is no room, or a number is not finite.
        """
        self._learning.step.synchronise()
        with self._writing:
            write_checkpoint(self._file, position, self._learning.variables)
            self._written = position
        self._keep(None)

    def copy(self, position: Position) -> None:
        """Has a copy ready, in the host's memory."""
        self._learning.step.synchronise()
        arrays = [array.copy() for array in values_of(self._learning.variables)]
        self._keep(partial(self._write_copy, position, arrays))

    def forget(self) -> None:
        """Gives the copy's memory back: steps are short again, or its run has ended."""
        self._keep(None)

    def _write_copy(self, position: Position, arrays: Arrays) -> None:
        with self._writing:
            if self._written is None or self._written.step < position.step:
                write_arrays(self._file, position, arrays)
