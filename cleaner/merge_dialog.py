"""Taking over a colleague's decisions: what is new, and what the two of you differ in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PyQt5.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cleaner.conflicts_view import Conflict, ConflictsView
from cleaner.job_dialog import JobDialog
from core.catalogue.database import Catalogue
from core.catalogue.items import read_items
from core.catalogue.photos import read_photos, read_photos_by_id
from core.catalogue.records import Changes, Photo
from core.cleaning.decision_compare import compare_decisions
from core.cleaning.decision_merge import Choice, Difference, Merge, Subject, merge_decisions
from core.jobs.context import JobContext
from core.number_words import plural
from core.qt.figure import Figure
from core.qt.open_project import OpenProject


@dataclass(frozen=True)
class _Compared:
    merge: Merge
    conflicts: tuple[Conflict, ...]


def open_merge_dialog(parent: QWidget, open_project: OpenProject) -> JobDialog | None:
    """Has the user choose a decisions file and shows what it would change."""
    chosen, _ = QFileDialog.getOpenFileName(
        parent,
        "A colleague's decisions",
        str(Path.home()),
        "Decisions (*.jsonl);;All files (*)",
    )
    if not chosen:
        return None
    dialog = MergeDialog(open_project, Path(chosen), parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


class MergeDialog(JobDialog):
    """Compares at once; takes over only when told to, as one step that can be undone."""

    def __init__(self, open_project: OpenProject, file: Path, parent: QWidget | None) -> None:
        super().__init__(open_project, "Merge a colleague's decisions", "Take over", parent)
        self.setObjectName("merge_dialog")
        self.resize(1040, 660)
        self._compared: _Compared | None = None
        self._view: ConflictsView | None = None

        def compare(catalogue: Catalogue, context: JobContext) -> _Compared:
            merge = compare_decisions(catalogue, file, context)
            return _Compared(merge, _conflicts(catalogue, merge))

        self.look(compare, self._on_compared)

    def do(self) -> None:
        assert self._compared is not None
        merge = self._compared.merge
        choices = self._view.choices() if self._view is not None else {}
        self.say("Taking over…")
        self.open_project.failed.connect(self._on_refused)
        self.open_project.decide(
            lambda catalogue: merge_decisions(catalogue, merge, choices), self._on_taken_over
        )

    def _on_taken_over(self, changes: Changes | None) -> None:
        if changes is not None:
            self.end(f"{changes.summary}. It is one step in the history: undo takes it all back.")

    def _on_refused(self, error: Exception) -> None:
        self.end(str(error), is_error=True)

    def _on_compared(self, compared: _Compared) -> None:
        self._compared = compared
        merge = compared.merge
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        whose = f" by {merge.by}" if merge.by else ""
        self.heading.setText(f"Merge the decisions{whose}")
        column.addWidget(_figures(merge, page))
        for text in _remarks(merge):
            label = QLabel(text, page)
            label.setProperty("role", "muted")
            label.setWordWrap(True)
            column.addWidget(label)
        if compared.conflicts:
            self._view = ConflictsView(compared.conflicts, merge.by or "colleague", page)
            column.addWidget(self._view, 1)
        else:
            column.addStretch(1)
        can_do = bool(merge.new_count or merge.conflicts)
        if self._view is not None:
            self._view.chosen.connect(lambda: self._label_button(can_do=can_do))
        self._label_button(can_do=can_do)
        self.show_plan(page, can_do=self.do_button.isEnabled() or self._count() > 0)

    def _label_button(self, *, can_do: bool) -> None:
        count = self._count()
        self.do_button.setText(f"Take over {plural(count, 'decision')}")
        self.do_button.setEnabled(can_do and count > 0)

    def _count(self) -> int:
        assert self._compared is not None
        chosen = self._view.choices() if self._view is not None else {}
        taken = sum(1 for choice in chosen.values() if choice is Choice.THEIRS)
        return self._compared.merge.new_count + taken


def _figures(merge: Merge, parent: QWidget) -> QWidget:
    widget = QWidget(parent)
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(36)
    row.addWidget(Figure("new to you", widget, f"{merge.new_count:,}"))
    row.addWidget(Figure("you differ in", widget, f"{len(merge.conflicts):,}"))
    row.addWidget(Figure("you agree on", widget, f"{merge.agreements:,}"))
    row.addStretch(1)
    return widget


def _remarks(merge: Merge) -> list[str]:
    remarks = []
    if merge.unknown:
        remarks.append(
            f"{plural(merge.unknown, 'decision')} on photos and items that this project does not "
            "have are left out."
        )
    if merge.bad_line_count:
        first = merge.bad_lines[0]
        remarks.append(
            f"{plural(merge.bad_line_count, 'line')} of the file could not be understood and are "
            f"left out; the first is line {first.number} ({first.why})."
        )
    return remarks


def _conflicts(catalogue: Catalogue, merge: Merge) -> tuple[Conflict, ...]:
    """The conflicts with what is needed to judge them: title and a photo of each."""
    items = {
        item.id: item for item in read_items(catalogue, {each.item_id for each in merge.conflicts})
    }
    by_id = read_photos_by_id(
        catalogue, (each.id for each in merge.conflicts if each.subject is Subject.PHOTO)
    )
    first = {
        item_id: next((photo for photo in photos if photo.is_kept), None)
        for item_id, photos in read_photos(
            catalogue, {c.item_id for c in merge.conflicts if c.subject is not Subject.PHOTO}
        ).items()
    }

    def photo_of(difference: Difference) -> Photo | None:
        if difference.subject is Subject.PHOTO:
            return by_id.get(difference.id)
        return first.get(difference.item_id)

    return tuple(
        Conflict(each, items[each.item_id].title, photo_of(each)) for each in merge.conflicts
    )
