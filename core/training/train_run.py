"""Training a run from its folder: data, pack, network, report; what a worker process does."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

from core.errors import UserError, displayable
from core.jobs.context import Cancelled, JobContext, Progress
from core.jobs.stop_deadline import Keep, Save, StopDeadline
from core.number_words import plural
from core.project import Project
from core.training.dataset import read_dataset
from core.training.evaluate_runs import report_on
from core.training.instruction import Instruction
from core.training.launching import forget_worker, working_on
from core.training.network_embeddings import Embedder, KerasEmbedder
from core.training.networks.weights_file import weights_file
from core.training.pack import Pack, build_pack, open_pack
from core.training.photos import Dataset
from core.training.recording import Recorder
from core.training.run_events import Ended, Prepared, RunEvent, RunState, Told
from core.training.run_facts import change_facts
from core.training.runs import Run, read_instruction
from core.training.split_file import read_split, write_split

_TELL_EVERY_S = 1.0
_AS_ASKED = "stopped as asked"
_UNJUDGED = "Stopped before it was judged by the test pairs: evaluate it later."
_LIBRARIES = ("keras", "tensorflow", "torch", "jax", "numpy")


class FitResult(Protocol):
    """What became of fitting.

    Attributes:
        stopped: Whether it ended because it was asked to.
        reason: Why it ended, for people.
    """

    @property
    def stopped(self) -> bool: ...

    @property
    def reason(self) -> str: ...


Fit = Callable[
    [Instruction, Dataset, Pack, Path, Callable[[RunEvent], None], Callable[[], bool], Keep],
    FitResult,
]
"""Fits a network: instruction, data, pack, the run's folder, tell, should stop, keep."""


def train_run(
    project: Project,
    run: Run,
    *,
    should_stop: Callable[[], bool],
    on_event: Callable[[RunEvent], None] | None = None,
    fit: Fit | None = None,
    embedder: Embedder | None = None,
    leave: Callable[[RunState], None] | None = None,
) -> RunState:
    """Trains the run, or goes on with it where an earlier worker ended; how it ended.

    All that happens is written into the run's folder; nothing of the project but its caches is
    written to.

    Args:
        project: The project of the run.
        run: Not finished.
        should_stop: Asked often; once it says yes, all is kept and this returns soon.
        on_event: Is told what the run's folder is told.
        fit: Fits the network; by default `core.training.fitting`.
        embedder: Embeds the test photos for the report; by default with Keras.
        leave: Ends the process at once, for something at work that cannot be interrupted; all is
            kept and told then, as if this had returned. By default it is waited for.

    Raises:
        UserError: The run is at work or finished already, or something that the user can mend;
            the run has then failed, and can go on once it is mended.
    """

    def stop() -> bool:
        return should_stop() or run.stop_file.exists()

    def tell(event: RunEvent) -> None:
        with deadline.telling:
            recorder.tell(event)

    def leave_now(save: Save | None) -> None:
        assert leave is not None
        leave(_ended_early(run, recorder, save, fitted_because))

    fitted_because = ""
    deadline = StopDeadline(stop, None if leave is None else leave_now)
    with working_on(run), Recorder(run, on_event) as recorder, deadline:
        try:
            instruction = read_instruction(run)
            if fit is None:
                refuse_unfit(instruction)  # before the photos are packed, which takes long
            chosen = fit or _fit_with_keras
            state, reason = _train(project, run, instruction, tell, stop, chosen, deadline.keep)
            if state is RunState.FINISHED:
                fitted_because = reason
                _report(project, run, tell, stop, embedder or KerasEmbedder())
        except Cancelled:
            state, reason = RunState.STOPPED, _AS_ASKED
        except UserError as error:
            _tell_failure(tell, str(error))
            raise
        except Exception as error:
            _tell_failure(tell, f"A bug in Pickglass: {type(error).__name__}: {error}")
            raise
        tell(Ended(state, reason, time.time()))
    return state


def _train(
    project: Project,
    run: Run,
    instruction: Instruction,
    tell: Callable[[RunEvent], None],
    stop: Callable[[], bool],
    fit: Fit,
    keep: Keep,
) -> tuple[RunState, str]:
    context = _telling(tell, stop)
    is_new = not run.split_file.exists()
    dataset = dataset_of(project, run, instruction, context)
    for warning in dataset.warnings if is_new else ():
        tell(Told(warning, "warning"))
    change_facts(run.facts_file, fingerprint=dataset.fingerprint, versions=_versions())
    with packed(project, dataset, instruction, context, tell) as pack:
        result = fit(instruction, dataset, pack, run.folder, tell, stop, keep)
    if result.stopped:
        return RunState.STOPPED, result.reason
    return RunState.FINISHED, result.reason


def _report(
    project: Project,
    run: Run,
    tell: Callable[[RunEvent], None],
    stop: Callable[[], bool],
    embedder: Embedder,
) -> None:
    """Judges the network by the test pairs; what goes wrong here leaves the run finished."""
    try:
        report = report_on(project, run, _telling(tell, stop), embedder)
    except Cancelled:
        tell(Told(_UNJUDGED, "warning"))
    except UserError as error:
        tell(Told(f"It was not judged by the test pairs. {error}", "warning"))
    else:
        tell(Told(report.to_text()))


def refuse_unfit(instruction: Instruction) -> None:
    """Refuses what this machine cannot do.

    Raises:
        UserError: The backend is not installed, or the file of the first weights is not there.
    """
    from core.training.fitting.backend import refuse_missing

    weights_file(instruction.model)
    refuse_missing(instruction.backend)


def dataset_of(
    project: Project, run: Run, instruction: Instruction, context: JobContext
) -> Dataset:
    """The photos, items and split of a run: those it began with, or those there are now.

    Raises:
        UserError: There is nothing to train on; says why.
    """
    if run.split_file.exists():
        return read_split(run.split_file)
    dataset = read_dataset(
        instruction.data, seed=instruction.seed, project=project, context=context
    )
    write_split(dataset, run.split_file)
    return dataset


def packed(
    project: Project,
    dataset: Dataset,
    instruction: Instruction,
    context: JobContext,
    tell: Callable[[RunEvent], None],
) -> Pack:
    """The open pack with the data set's photos; those that cannot be read are told of.

    Raises:
        UserError: The pack cannot be written, or no photo can be read.
    """
    data = instruction.data
    result = build_pack(project.packs, dataset.photos, data.side_px, data.fit, context)
    if result.problems:
        first = result.problems[0]
        tell(
            Told(
                f"Left out, for they cannot be read: {len(result.problems):,} of"
                f" {plural(len(dataset.photos), 'photo')}. The first:"
                f" {displayable(first.photo.file)}: {first.why}",
                "warning",
            )
        )
    if not result.photos:
        raise UserError(
            "None of the photos can be read",
            path=dataset.photos[0].file,
            remedy="Connect the disk that they lie on, or import the scrape from where it is now.",
        )
    return open_pack(result.file)


def _telling(tell: Callable[[RunEvent], None], stop: Callable[[], bool]) -> JobContext:
    def on_progress(progress: Progress) -> None:
        tell(Prepared(progress.stage, progress.done, progress.total, time.time()))

    return JobContext(on_progress, stop, min_interval_s=_TELL_EVERY_S)


def _tell_failure(tell: Callable[[RunEvent], None], reason: str) -> None:
    # On a full disk this cannot be written either; then the run counts as dead.
    with suppress(UserError):
        tell(Ended(RunState.FAILED, reason, time.time()))


def _ended_early(run: Run, recorder: Recorder, save: Save | None, fitted_because: str) -> RunState:
    """Keeps and tells all there is, for a process that is about to end; how the run stands then."""
    state, reason = RunState.STOPPED, _AS_ASKED
    try:
        if fitted_because:
            state, reason = RunState.FINISHED, fitted_because
            recorder.tell(Told(_UNJUDGED, "warning"))
        elif save is not None:
            save()
    except UserError as error:
        state, reason = RunState.FAILED, str(error)
    with suppress(UserError):
        recorder.tell(Ended(state, reason, time.time()))
    recorder.close()
    forget_worker(run)
    return state


def _versions() -> Mapping[str, str]:
    versions = {"python": platform.python_version()}
    for library in _LIBRARIES:
        with suppress(PackageNotFoundError):
            versions[library] = version(library)
    return versions


def _fit_with_keras(
    instruction: Instruction,
    dataset: Dataset,
    pack: Pack,
    folder: Path,
    tell: Callable[[RunEvent], None],
    should_stop: Callable[[], bool],
    keep: Keep,
) -> FitResult:
    from core.training.fitting.backend import choose_backend

    choose_backend(instruction.backend)
    from core.training.fitting.fit import fit  # brings Keras in, with that backend

    return fit(instruction, dataset, pack, folder, tell, should_stop, keep)
