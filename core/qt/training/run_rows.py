"""What the training tab knows of each run, and when a look at its folder is due again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.project import Project
from core.training.runs import Run, RunRecord, RunState, list_runs, read_record

_Signature = tuple[int, ...]


@dataclass(frozen=True)
class RunRow:
    """A run as the tab lists it.

    Attributes:
        record: How it stands.
        reported: When it was last evaluated, in seconds since 1970; 0 for never.
        has_index: Whether the catalogue has been embedded with it.
    """

    record: RunRecord
    reported: float
    has_index: bool

    @property
    def has_report(self) -> bool:
        return self.reported > 0

    @property
    def name(self) -> str:
        return self.record.name

    @property
    def state(self) -> RunState:
        return self.record.state


class RunReader:
    """Reads all runs, each again only when something in its folder has changed or it is at work."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._rows: dict[str, tuple[_Signature, RunRow]] = {}

    def read(self) -> Mapping[str, RunRow]:
        """All runs by name, the oldest first."""
        rows: dict[str, tuple[_Signature, RunRow]] = {}
        for run in list_runs(self._project):
            signature = _signature(run)
            before = self._rows.get(run.name)
            if before is not None and before[0] == signature and not run.worker_file.exists():
                rows[run.name] = before
            else:
                rows[run.name] = signature, read_row(run)
        self._rows = rows
        return {name: row for name, (_, row) in rows.items()}


def read_row(run: Run) -> RunRow:
    """What is known of a run."""
    return RunRow(read_record(run), _modified(run.report_file) / 1e9, run.index_file.is_file())


def _signature(run: Run) -> _Signature:
    files = (
        run.facts_file,
        run.instruction_file,
        run.note_file,
        run.worker_file,
        run.model_file,
        run.report_file,
        run.index_file,
    )
    return tuple(_modified(file) for file in files)


def _modified(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
