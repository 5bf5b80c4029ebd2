"""A run's index, where it is of the network that the run has now and of this project."""

from __future__ import annotations

from core.catalogue.database import Catalogue
from core.embedding.index import Index, read_index
from core.embedding.model_hash import model_hash_of
from core.embedding.photo_facts import PhotoFacts, read_photo_facts
from core.errors import UserError
from core.training.runs import Run


def read_run_index(run: Run) -> Index:
    """The index of a run.

    Raises:
        UserError: There is none, it is damaged, or the run has learned since it was made.
    """
    current = model_hash_of(run.model_file) if run.model_file.is_file() else None
    return read_index(run.index_file, current)


def read_run_facts(catalogue: Catalogue, run: Run, index: Index) -> PhotoFacts:
    """What the catalogue says of the photos of a run's index.

    Raises:
        UserError: It has none of them: the run comes from another project.
    """
    facts = read_photo_facts(catalogue, index)
    if not facts.present.any():
        raise UserError(
            f"The index of “{run.name}” holds none of this project's photos",
            path=run.index_file,
            remedy=f"Embed them with it: `embed --run {run.name}`.",
        )
    return facts
