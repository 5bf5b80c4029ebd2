"""What a user does to a run that is there: note, rename, throw away, put into the queue."""

from __future__ import annotations

from pathlib import Path

from core.errors import UserError
from core.project import write_atomically
from core.training.launching import request_stop
from core.training.run_events import RunState
from core.training.run_facts import change_facts, read_facts, writing_into
from core.training.run_names import check_name, free_name
from core.training.runs import Run, finished_error, read_state, refuse_if_running

_TRASH = ".trash"


def write_note(run: Run, note: str) -> None:
    """Notes what the user says about the run.

    Raises:
        UserError: The note cannot be written.
    """
    with writing_into(run.folder):
        write_atomically(run.note_file, note.encode("utf-8", "replace"))


def rename_run(run: Run, name: str) -> Run:
    """Gives a run another name.

    Raises:
        UserError: The name cannot be used or is taken, or the run is at work.
    """
    refuse_if_running(run, "renamed")
    others = [folder.name for folder in run.folder.parent.iterdir() if folder != run.folder]
    check_name(name, others)
    return _move(run, run.folder.with_name(name))


def trash_run(run: Run) -> Path:
    """Puts a run into the trash, a folder beside the runs; where it is now.

    Raises:
        UserError: The run is at work.
    """
    refuse_if_running(run, "put into the trash")
    trash = run.folder.parent / _TRASH
    with writing_into(trash):
        trash.mkdir(exist_ok=True)
    taken = [folder.name for folder in trash.iterdir()]
    return _move(run, trash / free_name(run.name, taken)).folder


def queue_run(run: Run, at: float | None) -> None:
    """Puts a run at the queue's end (`at` is the time), or takes it out of it (None).

    Raises:
        UserError: The run is at work or finished, or its folder cannot be written.
    """
    refuse_if_running(run, "taken out of the queue" if at is None else "queued")
    facts = read_facts(run.facts_file)
    if facts.state is RunState.FINISHED:
        raise finished_error(run)
    if at is not None:
        with writing_into(run.folder):
            run.worker_file.unlink(missing_ok=True)
        change_facts(run.facts_file, state=RunState.QUEUED, queued_at=at)
    elif facts.state is RunState.QUEUED:
        change_facts(run.facts_file, state=RunState.STOPPED, queued_at=None)


def stop_run(run: Run) -> bool:
    """Has a run end that is at work, or wait no more that waits; whether it is at work.

    Raises:
        UserError: Its folder cannot be written.
    """
    state = read_state(run)
    if state is RunState.QUEUED:
        change_facts(run.facts_file, state=RunState.STOPPED, queued_at=None)
        state = read_state(run)  # for its turn may have come meanwhile
    if state is RunState.RUNNING:
        request_stop(run)
    return state is RunState.RUNNING


def _move(run: Run, target: Path) -> Run:
    try:
        run.folder.rename(target)
    except OSError as error:
        raise UserError(
            f"The run's folder cannot be moved ({error.strerror})",
            path=run.folder,
            remedy="Close programs that have its files open, and try again.",
        ) from error
    return Run(target)
