"""Judging runs on the same held-out pairs, beside what colours alone and chance would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from core.cleaning.splits import Split
from core.errors import UserError
from core.jobs.context import JobContext
from core.project import Project, write_atomically
from core.training.dataset import read_dataset
from core.training.evaluation.closeness import Metric
from core.training.evaluation.dirt import suspected_dirt, true_dirt
from core.training.evaluation.held_out import HeldOut, held_out
from core.training.evaluation.histogram import colour_histograms
from core.training.evaluation.report import EvaluationReport, make_report, report_from_json
from core.training.evaluation.retrieval import Retrieval, retrieval
from core.training.evaluation.rows import EvaluationRow, RowKind, evaluate_row
from core.training.instruction import Data, Instruction
from core.training.network_embeddings import Embedder, KerasEmbedder, Rows, Vectors
from core.training.pack import Pack, build_pack, open_pack
from core.training.photos import Dataset
from core.training.runs import Run, RunState, list_runs, read_instruction, read_state
from core.training.split_file import read_split

_Packs = dict[tuple[int, str], tuple[Pack, Rows]]

_SEED = 0
_MANY = (
    "of items with three photos or more, each photo among all of them; runs have trained on these"
)


@dataclass(frozen=True)
class Evaluated:
    """What runs came to.

    Attributes:
        report: The table.
        leaks: Runs that have trained on some of these photos, for their data set was another one.
        left_out: Runs beside the first whose network or split cannot be used, each with the reason.
    """

    report: EvaluationReport
    leaks: tuple[str, ...]
    left_out: Mapping[str, str] = field(default_factory=dict)


def evaluate_runs(
    project: Project,
    runs: Sequence[Run],
    split: Split,
    context: JobContext,
    *,
    demo: Path | None = None,
    with_many: bool = False,
    embedder: Embedder | None = None,
) -> Evaluated:
    """Judges the runs, and the baselines, on one set of held-out pairs.

    The set is that of the first run, or the project's as it is now where there are no runs; a pair
    that cannot be read in any run's photo size is left out for all.

    Args:
        project: Whose runs.
        runs: With networks. Those after the first are left out where theirs cannot be used.
        split: Validation or test.
        context: Progress and cancellation.
        demo: A demo scrape that the photos are of, whose truth says what is wrong with them; else
            the project's hints do.
        with_many: Whether to look at items of many photos too.
        embedder: Embeds with networks; by default with Keras.

    Raises:
        UserError: The first run has no network that can be used, or there are no pairs.
        Cancelled: As asked.
    """
    runs, instructions, left_out = _with_networks(runs)
    dataset = _dataset(project, runs, instructions, context)
    dirt = true_dirt(dataset, demo) if demo is not None else suspected_dirt(dataset, project)
    with ExitStack() as stack:
        packs = _packs(project, dataset, instructions, split, with_many, context, stack)
        readable = np.min([rows for _, rows in packs.values()], axis=0)
        pairs = held_out(dataset, split, readable, dirt)
        if not len(pairs):
            raise UserError(
                f"There are no pairs to judge by that can be read, for {split}",
                path=project.root,
                remedy="Connect the disk that the photos lie on, or import items with two photos.",
            )
        leaks = _leaks(runs, pairs, left_out)
        judge = _Judge(dataset, pairs, readable, packs, with_many, context)
        rows = judge.all_rows(runs, instructions, embedder or KerasEmbedder(), left_out)
        report = make_report(
            rows,
            pairs,
            dataset.fingerprint,
            judge.pictures,
            many=_MANY if judge.many_rows is not None else "",
        )
    return Evaluated(report, tuple(name for name in leaks if name not in left_out), left_out)


def finished_runs(project: Project) -> tuple[Run, ...]:
    """The project's finished runs, the oldest first."""
    return tuple(run for run in list_runs(project) if read_state(run) is RunState.FINISHED)


def report_on(
    project: Project, run: Run, context: JobContext, embedder: Embedder | None = None
) -> EvaluationReport:
    """A finished run's own report on the test pairs, written into its folder.

    Beside it stand the other runs that were judged on the same pairs, as their reports say.

    Raises:
        UserError: There are no pairs, or it cannot be written.
        Cancelled: As asked.
    """
    report = evaluate_runs(project, [run], Split.TEST, context, embedder=embedder).report
    others = [
        row for other in list_runs(project) if other != run for row in _own_rows(other, report)
    ]
    whole = replace(report, rows=(*report.rows, *others))
    write_report(whole, run.report_file)
    return whole


def write_report(report: EvaluationReport, file: Path) -> None:
    """Writes a report as JSON, and as HTML beside it.

    Raises:
        UserError: It cannot be written.
    """
    try:
        write_atomically(file, report.to_json().encode())
        write_atomically(file.with_suffix(".html"), report.to_html().encode())
    except OSError as error:
        raise UserError(
            f"The evaluation cannot be written ({error.strerror})",
            path=file,
            remedy="Make room on the disk, or choose another file, and evaluate again.",
        ) from error


class _Judge:
    """Makes the rows of one report."""

    def __init__(
        self,
        dataset: Dataset,
        pairs: HeldOut,
        readable: Rows,
        packs: _Packs,
        with_many: bool,
        context: JobContext,
    ) -> None:
        self._dataset = dataset
        self._pairs = pairs
        self._packs = packs
        self._context = context
        self.many_rows = _many_rows(dataset, readable) if with_many else None

    def all_rows(
        self,
        runs: Sequence[Run],
        instructions: Sequence[Instruction],
        embedder: Embedder,
        left_out: dict[str, str],
    ) -> list[EvaluationRow]:
        """The histogram's, one for each architecture, one for each run; notes who is left out."""
        rows = [self._histogram()]
        seen: set[str] = set()
        for instruction in instructions:
            architecture = f"{instruction.model} {instruction.data} {instruction.metric}"
            if architecture not in seen:
                seen.add(architecture)
                rows.append(self._random(instruction, embedder, len(seen)))
        for run, instruction in zip(runs, instructions, strict=True):
            if run.name in left_out:
                continue
            try:
                rows.append(self._run(run, instruction, embedder))
            except UserError as error:
                if run == runs[0]:
                    raise
                left_out[run.name] = str(error)
        return rows

    def pictures(self, places: list[int]) -> np.ndarray:
        """The pixels of some held-out photos."""
        pack, pack_rows = next(iter(self._packs.values()))
        return pack.read(pack_rows[self._pairs.rows[places]])

    def _histogram(self) -> EvaluationRow:
        pack, pack_rows = next(iter(self._packs.values()))

        def embed(rows: Rows) -> Vectors:
            parts = np.array_split(pack_rows[rows], max(1, len(rows) // 512))
            return np.concatenate([colour_histograms(pack.read(part)) for part in parts])

        name = str(RowKind.HISTOGRAM)
        return self._judged(name, RowKind.HISTOGRAM, embed, "angular")

    def _random(self, instruction: Instruction, embedder: Embedder, number: int) -> EvaluationRow:
        pack, pack_rows = self._packs[_size(instruction.data)]

        def embed(rows: Rows) -> Vectors:
            return embedder.untrained(instruction, pack, pack_rows[rows], self._context)

        name = f"random {instruction.model.name}" + (f" {number}" if number > 1 else "")
        return self._judged(name, RowKind.RANDOM, embed, instruction.metric)

    def _run(self, run: Run, instruction: Instruction, embedder: Embedder) -> EvaluationRow:
        pack, pack_rows = self._packs[_size(instruction.data)]

        def embed(rows: Rows) -> Vectors:
            return embedder.trained(run, instruction, pack, pack_rows[rows], self._context)

        return self._judged(run.name, RowKind.RUN, embed, instruction.metric)

    def _judged(
        self, name: str, kind: RowKind, embed: Callable[[Rows], Vectors], metric: Metric
    ) -> EvaluationRow:
        self._context.check_cancelled()
        many: Retrieval | None = None
        if self.many_rows is not None:
            of_many = embed(self.many_rows)
            many = retrieval(of_many, self._dataset.item_of[self.many_rows], metric)
        embeddings = embed(self._pairs.rows)
        return evaluate_row(name, kind, embeddings, self._pairs, metric, seed=_SEED, many=many)


def _with_networks(
    runs: Sequence[Run],
) -> tuple[list[Run], list[Instruction], dict[str, str]]:
    """The runs that have a network, what they were told to do, and why others are left out."""
    usable: list[Run] = []
    instructions: list[Instruction] = []
    left_out: dict[str, str] = {}
    for run in runs:
        try:
            instructions.append(_instruction_of(run))
        except UserError as error:
            if run == runs[0]:
                raise
            left_out[run.name] = str(error)
        else:
            usable.append(run)
    return usable, instructions, left_out


def _instruction_of(run: Run) -> Instruction:
    if not run.model_file.is_file():
        raise UserError(
            f"The run “{run.name}” has no network yet",
            path=run.model_file,
            remedy="Train it for at least one epoch, or leave it out.",
        )
    return read_instruction(run)


def _dataset(
    project: Project,
    runs: Sequence[Run],
    instructions: Sequence[Instruction],
    context: JobContext,
) -> Dataset:
    if runs and runs[0].split_file.exists():
        return read_split(runs[0].split_file)
    data = instructions[0].data if instructions else Data()
    seed = instructions[0].seed if instructions else 0
    return read_dataset(data, seed=seed, project=project, context=context)


def _packs(
    project: Project,
    dataset: Dataset,
    instructions: Sequence[Instruction],
    split: Split,
    with_many: bool,
    context: JobContext,
    stack: ExitStack,
) -> _Packs:
    """For each photo size, the open pack and where the data set's photos lie in it."""
    rows = dataset.rows(split)
    if with_many:
        rows = np.concatenate([rows, dataset.rows(Split.TRAIN)])
    wanted = [dataset.photos[row] for row in rows.tolist()]
    packs: _Packs = {}
    for data in [instruction.data for instruction in instructions] or [Data()]:
        if _size(data) not in packs:
            built = build_pack(project.packs, wanted, data.side_px, data.fit, context)
            pack = stack.enter_context(open_pack(built.file))
            packs[_size(data)] = (pack, pack.rows_of(dataset.photos))
    return packs


def _size(data: Data) -> tuple[int, str]:
    return data.side_px, data.fit


def _many_rows(dataset: Dataset, readable: Rows) -> Rows | None:
    """The photos of items with three or more; None where there are none."""
    rows = dataset.rows(Split.TRAIN, readable)
    counts = np.bincount(dataset.item_of[rows], minlength=len(dataset.items))
    rows = rows[counts[dataset.item_of[rows]] >= 3]
    return rows if len(rows) else None


def _leaks(runs: Sequence[Run], pairs: HeldOut, left_out: dict[str, str]) -> list[str]:
    """The runs that have trained on some of the pairs; notes those of which it cannot be told."""
    judged_by = {photo.content_hash for photo in pairs.photos}
    leaks = []
    for run in runs:
        if not run.split_file.exists():
            continue
        try:
            dataset = read_split(run.split_file)
        except UserError as error:  # not the first one's, which the pairs are from
            left_out[run.name] = str(error)
            continue
        trained = {dataset.photos[r].content_hash for r in dataset.rows(Split.TRAIN).tolist()}
        if trained & judged_by:
            leaks.append(run.name)
    return leaks


def _own_rows(run: Run, report: EvaluationReport) -> list[EvaluationRow]:
    """A run's row in its own report, if that is on the same pairs; without its misses' photos."""
    try:
        own = report_from_json(run.report_file.read_text("utf-8"))
    except (OSError, ValueError):
        return []
    same = (own.fingerprint, own.split, own.n_photos) == (
        report.fingerprint,
        report.split,
        report.n_photos,
    )
    return [replace(row, misses=()) for row in own.rows if same and row.name == run.name]
