"""Apply: shows which files would be moved, and moves them if the user wants it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PyQt5.QtWidgets import QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from cleaner.job_dialog import JobDialog, Problem, problems_of
from core.cleaning.apply import ApplyPlan, plan_apply
from core.errors import displayable
from core.number_words import bytes_text, plural
from core.qt.figure import Figure
from core.qt.job_runner import Job
from core.qt.open_project import OpenProject
from core.qt.rows_model import RowsModel, rows_table

_EXPLANATION = (
    "Rejected photos are moved from the scrape to the project's quarantine. Nothing is deleted: "
    "Restore brings any of them back to where it was, byte for byte."
)


def open_apply_dialog(parent: QWidget, open_project: OpenProject) -> JobDialog:
    """Shows the plan of an Apply over the window."""
    dialog = ApplyDialog(open_project, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


class ApplyDialog(JobDialog):
    """Plans at once; moves only when told to."""

    def __init__(self, open_project: OpenProject, parent: QWidget | None) -> None:
        super().__init__(open_project, "Apply the decisions", "Apply", parent)
        self.setObjectName("apply_dialog")
        self.look(plan_apply, self._on_planned)

    def jobs(self) -> Sequence[Job]:
        return [Job("apply", "Moving files")]

    def outcome(self, result: Mapping[str, Any]) -> tuple[str, list[Problem]]:
        said: list[str] = []
        problems: list[Problem] = []
        for moved in (result["finished"], result["applied"]):
            if moved is not None:
                said.append(moved_text(moved))
                problems += problems_of(moved)
        return "\n".join(said), problems

    def _on_planned(self, plan: ApplyPlan) -> None:
        can_do = not plan.is_empty and plan.no_room is None
        if can_do:
            count = len(plan.to_quarantine) + len(plan.to_bring_back)
            self.do_button.setText(f"Move {plural(count, 'file')}")
        self.show_plan(_PlanPage(plan, self), can_do=can_do)


def moved_text(moved: Mapping[str, Any]) -> str:
    """What came of moving files, in a sentence or two."""
    said = []
    if moved["quarantined"]:
        said.append(f"{plural(moved['quarantined'], 'file')} moved to the quarantine.")
    if moved["brought_back"]:
        said.append(f"{plural(moved['brought_back'], 'file')} brought back.")
    if moved["problems"]:
        said.append(f"{plural(len(moved['problems']), 'file')} left as they are.")
    return " ".join(said) or "No file had to be moved."


class _PlanPage(QWidget):
    def __init__(self, plan: ApplyPlan, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(_text(_EXPLANATION, "muted"))
        if plan.is_empty:
            column.addWidget(_text("There is nothing to move: all files are where they belong."))
        else:
            column.addWidget(_figures(plan, self))
        if plan.by_reason:
            reasons = sorted(plan.by_reason.items(), key=lambda pair: -pair[1])
            named = " · ".join(f"{count:,} {reason}" for reason, count in reasons)
            column.addWidget(_text(f"Rejected as: {named}"))
        if plan.no_room is not None:
            room = plan.no_room
            column.addWidget(_text(f"{room.why}: {room.path}. {room.remedy}", "error"))
        lists = _lists(plan, self)
        if lists.count():
            column.addWidget(lists, 1)
        else:
            column.addStretch(1)


def _figures(plan: ApplyPlan, parent: QWidget) -> QWidget:
    widget = QWidget(parent)
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(36)
    row.addWidget(Figure("to the quarantine", widget, f"{len(plan.to_quarantine):,}"))
    if plan.to_bring_back:
        row.addWidget(Figure("back to their places", widget, f"{len(plan.to_bring_back):,}"))
    row.addWidget(Figure("in all", widget, bytes_text(plan.byte_count)))
    if plan.problems:
        row.addWidget(Figure("left as they are", widget, f"{len(plan.problems):,}"))
    row.addStretch(1)
    return widget


def _lists(plan: ApplyPlan, parent: QWidget) -> QTabWidget:
    tabs = QTabWidget(parent)
    tabs.setDocumentMode(True)
    for title, moves in (
        ("To the quarantine", plan.to_quarantine),
        ("Back to their places", plan.to_bring_back),
    ):
        if moves:
            model = RowsModel(("File", "Size"), tabs)
            model.show_rows(
                [(displayable(move.original), bytes_text(move.byte_count)) for move in moves]
            )
            tabs.addTab(rows_table(model, tabs), f"{title} ({len(moves):,})")
    if plan.problems:
        model = RowsModel(("File", "Why it is left", "What you can do"), tabs)
        model.show_rows([(each.path, each.why, each.remedy) for each in plan.problems])
        table = rows_table(model, tabs)
        table.setColumnWidth(1, 220)
        table.setColumnWidth(2, 220)
        tabs.addTab(table, f"Left as they are ({len(plan.problems):,})")
    return tabs


def _text(text: str, role: str = "") -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    return label
