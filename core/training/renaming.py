"""Giving a run another name, in its own evaluation too."""

from __future__ import annotations

from dataclasses import replace

from core.project import write_atomically
from core.training.evaluation.report import report_from_json
from core.training.evaluation.rows import RowKind
from core.training.run_changes import rename_run
from core.training.runs import Run


def rename_with_report(run: Run, name: str) -> Run:
    """Gives a run another name; its row in its report has that name too.

    Else the report would speak of a run that is no more, and neither this run's page nor another's
    report would find the row. A report that cannot be read or written keeps the name before.

    Raises:
        UserError: The name cannot be used or is taken, or the run is at work.
    """
    renamed = rename_run(run, name)
    file = renamed.report_file
    try:
        report = report_from_json(file.read_text("utf-8"))
        rows = tuple(
            replace(row, name=renamed.name)
            if row.kind is RowKind.RUN and row.name == run.name
            else row
            for row in report.rows
        )
        now = replace(report, rows=rows)
        write_atomically(file, now.to_json().encode())
        write_atomically(file.with_suffix(".html"), now.to_html().encode())
    except (OSError, ValueError):
        return renamed
    return renamed
