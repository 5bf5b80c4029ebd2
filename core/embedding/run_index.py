"""A run's index, where it is of the network that the run has now."""

from __future__ import annotations

from core.embedding.index import Index, read_index
from core.embedding.model_hash import model_hash_of
from core.training.runs import Run


def read_run_index(run: Run) -> Index:
    """The index of a run.

    Raises:
        UserError: There is none, it is damaged, or the run has learned since it was made.
    """
    current = model_hash_of(run.model_file) if run.model_file.is_file() else None
    return read_index(run.index_file, current)
