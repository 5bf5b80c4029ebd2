"""Embedding the catalogue with a run's network, into the run's index.

What an earlier embedding by the same weights has is kept, photo by photo, by content hash; an
embedding that was interrupted leaves what it had in a file beside the index, and the next goes on
from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.catalogue.database import open_catalogue
from core.embedding.index import Index, Metric, Rows, Vectors, read_index, unit, write_index
from core.embedding.known_tags import rejected_tags, tags_file_of
from core.embedding.model_hash import model_hash_of
from core.errors import UserError
from core.jobs.context import JobContext, Progress
from core.project import Project
from core.training.instruction import Data, Instruction
from core.training.pack import Pack, build_pack, open_pack
from core.training.photos import TrainingPhoto
from core.training.runs import Run, read_instruction
from core.training.sources.catalogue import read_catalogue

_STAGE = "Embedding photos"
_CHUNK_PHOTOS = 4096
_SAVE_EVERY_S = 30.0

Embed = Callable[[Pack, Rows, JobContext], Vectors]
"""Embeds photos of a pack: (n,) rows to (n, d) float32."""


@dataclass(frozen=True)
class EmbeddingProblem:
    """A photo that is not in the index, and why."""

    photo_id: int
    file: Path
    why: str


@dataclass(frozen=True)
class EmbeddingResult:
    """What embedding the catalogue came to.

    Attributes:
        file: The index.
        photos: How many photos it holds.
        tags: How many photos that the user rejected as tags lie beside it, to find others by.
        embedded: How many of all those were embedded this time.
        dimensions: Of an embedding.
        problems: Kept photos that it lacks.
    """

    file: Path
    photos: int
    tags: int
    embedded: int
    dimensions: int
    problems: tuple[EmbeddingProblem, ...]


def embed_catalogue(
    project: Project,
    run: Run,
    context: JobContext,
    open_embedder: Callable[[Path, Instruction], Embed] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> EmbeddingResult:
    """Brings the run's index up to date with the project's kept photos, and with rejected tags.

    Args:
        project: Whose catalogue.
        run: With a network.
        context: Progress and cancellation; what was embedded until then is used the next time.
        open_embedder: Loads the network of a file; by default with Keras.
        clock: Seconds.

    Raises:
        UserError: The run has no network, there are no photos, or the disk is full.
        Cancelled: As asked.
    """
    instruction = read_instruction(run)
    about = _About(run.name, model_hash_of(run.model_file), instruction.metric, instruction.data)
    items = read_catalogue(project, "catalogue", context).items
    photos = [photo for item in items for photo in item.photos]
    if not photos:
        raise UserError(
            "There are no photos to embed",
            path=project.root,
            remedy="Import a scrape and let its photos be read; rejected photos are left out.",
        )
    partial = run.folder / f"{run.index_file.stem}.partial.npz"
    tags_file = tags_file_of(run.index_file)
    tags = _read_tags(project)
    known = _known((partial, run.index_file, tags_file), about)
    missing = {p.content_hash: p for p in (*photos, *tags) if p.content_hash not in known}
    why: dict[bytes, str] = {}
    if missing:
        wanted = list(missing.values())
        packed = build_pack(project.packs, wanted, about.data.side_px, about.data.fit, context)
        why = {problem.photo.content_hash: problem.why for problem in packed.problems}
        there = [photo for photo in wanted if photo.content_hash not in why]
        embed = (open_embedder or _open_with_keras)(run.model_file, instruction)
        with open_pack(packed.file) as pack:
            _embed_all(
                lambda part, within: embed(pack, pack.rows_of(part), within),
                there,
                known,
                context,
                lambda: _write(partial, there, known, about),
                clock,
            )
        broken = "the network makes no finite numbers of it"
        why |= {p.content_hash: broken for p in there if p.content_hash not in known}
    index = _write(run.index_file, photos, known, about)
    if index is None:
        raise UserError(
            "None of the photos can be embedded",
            path=photos[0].file,
            remedy=f"The first one: {why[photos[0].content_hash]}. Connect the disk that they lie"
            " on, or choose another run.",
        )
    apart = _write(tags_file, tags, known, about)
    if apart is None:
        tags_file.unlink(missing_ok=True)
    partial.unlink(missing_ok=True)
    return EmbeddingResult(
        run.index_file,
        index.size,
        0 if apart is None else apart.size,
        sum(photo.content_hash in known for photo in missing.values()),
        index.dimensions,
        tuple(
            EmbeddingProblem(photo.key, photo.file, why[photo.content_hash])
            for photo in photos
            if photo.content_hash in why
        ),
    )


def _read_tags(project: Project) -> list[TrainingPhoto]:
    with open_catalogue(project) as catalogue:
        return [
            TrainingPhoto(photo.id, photo.content_hash, photo.file, photo.crop)
            for photo in rejected_tags(catalogue)
            if photo.content_hash is not None
        ]


@dataclass(frozen=True)
class _About:
    """What an index says of itself besides its vectors."""

    run: str
    model_hash: str
    metric: Metric
    data: Data


def _embed_all(
    embed: Callable[[Sequence[TrainingPhoto], JobContext], Vectors],
    photos: Sequence[TrainingPhoto],
    known: dict[bytes, Vectors],
    context: JobContext,
    save: Callable[[], object],
    clock: Callable[[], float],
) -> None:
    """Embeds the photos into `known`; saves now and then, and when it is stopped."""
    saved = clock()
    try:
        for begin in range(0, len(photos), _CHUNK_PHOTOS):
            context.check_cancelled()
            context.report(_STAGE, begin, len(photos))
            chunk = photos[begin : begin + _CHUNK_PHOTOS]
            vectors = embed(chunk, _within(context, begin, len(photos)))
            known.update(
                (photo.content_hash, vector)
                for photo, vector in zip(chunk, vectors, strict=True)
                if np.isfinite(vector).all()
            )
            if clock() - saved > _SAVE_EVERY_S:
                save()
                saved = clock()
    except BaseException:
        save()
        raise


def _within(context: JobContext, begin: int, total: int) -> JobContext:
    """A part's context, whose progress is the whole's."""

    def on_progress(progress: Progress) -> None:
        context.report(_STAGE, begin + progress.done, total)

    return JobContext(on_progress, context.is_cancelled)


def _known(files: Sequence[Path], about: _About) -> dict[bytes, Vectors]:
    """The vectors that these files have by the same weights, by content hash."""
    known: dict[bytes, Vectors] = {}
    for file in files:
        try:
            index = read_index(file, about.model_hash)
        except UserError:  # there is none, or it is of other weights or damaged: it is made anew
            continue
        if (index.side_px, index.fit) == (about.data.side_px, about.data.fit):
            known.update(zip(index.content_hashes, index.vectors, strict=True))
    return known


def _write(
    file: Path,
    photos: Sequence[TrainingPhoto],
    known: Mapping[bytes, Vectors],
    about: _About,
) -> Index | None:
    """Writes an index of those photos whose vectors are known; None where there are none."""
    rows = [photo for photo in photos if photo.content_hash in known]
    if not rows:
        return None
    vectors = np.stack([known[photo.content_hash] for photo in rows]).astype(np.float32)
    index = Index(
        unit(vectors) if about.metric == "angular" else vectors,
        np.array([photo.key for photo in rows], np.int64),
        tuple(photo.content_hash for photo in rows),
        model_hash=about.model_hash,
        metric=about.metric,
        run=about.run,
        side_px=about.data.side_px,
        fit=about.data.fit,
    )
    write_index(index, file)
    return index


def _open_with_keras(file: Path, instruction: Instruction) -> Embed:
    from core.training.fitting.backend import choose_backend

    choose_backend(instruction.backend)
    from core.training.fitting.embed import embed_rows, load_network  # brings Keras in

    network = load_network(file)

    def embed(pack: Pack, rows: Rows, context: JobContext) -> Vectors:
        return embed_rows(network, pack, rows, context=context)

    return embed
