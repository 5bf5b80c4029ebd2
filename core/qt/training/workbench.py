"""Joins runs, instruction, curves and actions: what the training tab is once it is loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from PyQt5.QtCore import QTimer
from PyQt5.QtGui import QCloseEvent, QFocusEvent, QHideEvent, QShowEvent
from PyQt5.QtWidgets import QVBoxLayout, QWidget

from core.catalogue.records import Changes
from core.errors import UserError
from core.qt.open_project import OpenProject
from core.qt.reading_order import order_focus
from core.qt.tab_actions import enable_actions
from core.qt.tab_requests import UseRun
from core.qt.training.actions import PAGES, Actions, Do, Situation
from core.qt.training.compare_page import ComparePage
from core.qt.training.curves_view import build_curves
from core.qt.training.doing import Doing
from core.qt.training.draft import Draft
from core.qt.training.drafting import Drafting
from core.qt.training.machine_load import MachineLoad
from core.qt.training.run_menu import show_run_menu
from core.qt.training.run_page import RunPage
from core.qt.training.run_rows import RunRow
from core.qt.training.run_watcher import RunWatcher
from core.qt.training.runs_model import RunsModel
from core.qt.training.setup_page import SetupFacts, SetupPage
from core.qt.training.state_words import state_in_words
from core.qt.training.trying import Trying
from core.qt.training.view import TrainingView
from core.qt.training.worker_words import TROUBLED, WorkerWords
from core.training.instruction import Instruction
from core.training.run_changes import stop_run
from core.training.run_history import RunSnapshot
from core.training.runs import RunState


def build_workbench(
    opened: OpenProject, known: SetupFacts, actions: Actions, parent: QWidget
) -> Iterator[Workbench | None]:
    """Makes the workbench in some pieces, None between them and the workbench in the end.

    Each takes a twentieth of a second at most, all of them a quarter: whoever makes them lets the
    window live in between. Every part is made where it is to lie, for a part that is moved is
    styled once more, with all that is in it.
    """
    bench = Workbench(opened, actions, parent)
    place = bench.view.pages
    yield None
    setup = SetupPage(opened.project, bench.draft, known, place)
    yield None
    run = RunPage((yield from build_curves(place)), place)
    yield None
    compare = ComparePage((yield from build_curves(place)), place)
    yield None
    bench.begin(setup, run, compare)
    yield bench


class Workbench(QWidget):
    """Shows what is selected, and keeps it as it stands in the runs' folders."""

    def __init__(self, opened: OpenProject, actions: Actions, parent: QWidget) -> None:
        """The list of runs, and room for pages; `begin` makes it whole."""
        super().__init__(parent)
        self._opened = opened
        self._actions = actions
        self._rows: Mapping[str, RunRow] = {}
        self._snapshots: dict[str, RunSnapshot] = {}
        self._selected: Sequence[str] = ()
        self._wanted = ""
        self._has_looked = False
        self.draft = Draft(self)
        self._model = RunsModel(self)
        self.view = TrainingView(self._model, actions, self)
        self._doing = Doing(opened, self)
        self._words = WorkerWords(self)
        self._watcher = RunWatcher(opened.project, self)
        # In the event loop's next turn: the list and the run's page are long enough by themselves.
        self._choosing = QTimer(self)
        self._choosing.setSingleShot(True)
        self._choosing.setInterval(0)
        self._choosing.timeout.connect(self._choose_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)

    def begin(self, setup: SetupPage, run: RunPage, compare: ComparePage) -> None:
        """Takes the pages, and begins to watch the runs and to fill the form."""
        self.view.take_pages(setup, run, compare)
        self.drafting = Drafting(self.draft, setup, self)
        self._trying = Trying(
            self._opened, self.draft, setup.augmentation, setup.rates, setup.backends, self
        )
        self._connect()
        self._watcher.start()
        setup.form.build()
        self._update_actions()
        self.setObjectName("workbench")  # now that it is whole: tests wait for it

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.view.runs.setFocus(event.reason())

    def handlers(self) -> dict[Do, Callable[[], None]]:
        """What each action does."""
        view, doing = self.view, self._doing
        one = self._with_one
        return {
            Do.NEW: self._show_setup,
            Do.COPY: one(self.drafting.begin_with_run),
            Do.OPEN: self.drafting.open_file,
            Do.SAVE: self._save,
            Do.RESET: self.draft.reset_all,
            Do.PREVIEW: partial(self._try, view.setup.augmentation, self._trying.draw_photos),
            Do.FIND_RATE: partial(self._try, view.setup.rates, self._trying.find_rate),
            Do.BENCHMARK: partial(self._try, view.setup.backends, self._trying.measure_backends),
            Do.START: partial(self._start, doing.start_new),
            Do.QUEUE: self._queue,
            Do.STOP: one(doing.stop),
            Do.RESUME: one(doing.resume),
            Do.KILL: one(doing.ask_to_kill),
            Do.EVALUATE: one(lambda row: doing.evaluate(row, self._finished())),
            Do.EMBED: one(doing.embed),
            Do.EXPLORE: one(doing.explore),
            Do.COMPARE: self._compare,
            Do.NOTE: one(doing.note),
            Do.RENAME: one(doing.rename),
            Do.SHOW_FOLDER: one(doing.show_folder),
            Do.TRASH: lambda: doing.ask_to_trash(self._chosen()),
            **{do: partial(view.run.show_page, page) for do, page in PAGES.items()},
            Do.LOG_X: self._toggle_log_x,
            Do.SHOW_ALL: self._show_all,
            Do.TOGGLE_RUNS: view.toggle_runs,
            Do.WIDEN_RUNS: view.widen_runs,
        }

    def running(self) -> Sequence[RunRow]:
        """The runs whose worker is at work, as last looked at."""
        return [row for row in self._rows.values() if row.state is RunState.RUNNING]

    def queued_count(self) -> int:
        """How many runs wait in the queue."""
        return sum(row.state is RunState.QUEUED for row in self._rows.values())

    def stop_all(self) -> None:
        """Has all runs at work end, and none that waits begin; returns at once.

        Raises:
            UserError: A run's folder cannot be written.
        """
        # Those that wait first: one's turn comes as soon as the run before it has ended.
        for row in sorted(self._rows.values(), key=lambda row: row.state is RunState.RUNNING):
            if row.state in (RunState.QUEUED, RunState.RUNNING):
                stop_run(row.record.run)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._watcher.close()
        self.view.setup.data.close_down()
        super().closeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watcher.set_seen(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._watcher.set_seen(False)

    # Below this line: how

    def _connect(self) -> None:
        view, doing, watcher, drafting = self.view, self._doing, self._watcher, self.drafting
        self._opened.changed.connect(self._on_catalogue_changed)
        watcher.rows_changed.connect(self._on_rows)
        watcher.told.connect(self._on_told)
        watcher.load_measured.connect(self._on_load)
        doing.said.connect(view.bar.show_message)
        doing.refused.connect(self._on_refused)
        doing.made.connect(self._on_made)
        doing.renamed.connect(self._on_renamed)
        doing.changed.connect(watcher.look_now)
        self._words.found.connect(self._on_last_words)
        self._words.refused.connect(self._on_refused)
        drafting.begun.connect(self._show_setup)
        drafting.said.connect(view.bar.show_message)
        drafting.refused.connect(self._on_refused)
        view.runs.selected.connect(self._on_selected)
        view.runs.new_wanted.connect(self._show_setup)
        view.runs.menu_wanted.connect(lambda at: show_run_menu(self._actions, at, self))
        view.run.output_wanted.connect(self._with_one(self._words.show_all))
        view.run.report.evaluate_wanted.connect(self._actions[Do.EVALUATE].trigger)
        view.run.report.open_wanted.connect(lambda: self._with_one(doing.show_report)())
        view.setup.data.judged.connect(lambda _: self._update_actions())
        view.setup.form.order_changed.connect(partial(order_focus, view))
        view.setup.backends_shown.connect(self._trying.look_for_gpus_once)
        self.draft.changed.connect(self._update_actions)

    # What the watcher says

    def _on_rows(self, rows: Mapping[str, RunRow]) -> None:
        before, self._rows = self._rows, rows
        for name, row in rows.items():
            was_at_work = name in before and before[name].state is RunState.RUNNING
            if was_at_work and row.state is not RunState.RUNNING:
                self.view.bar.show_message(
                    f"“{name}”: {state_in_words(row.record)}", is_refusal=row.state in TROUBLED
                )
        self._model.show_rows(rows)
        if not self._has_looked:
            self._has_looked = True
            self._show_at_work()
        for name in set(self._snapshots) - set(rows):
            del self._snapshots[name]
        if self._wanted in rows:
            self._choosing.start()
            return
        gone = [name for name in self._selected if name not in rows]
        if gone:
            self._on_selected(tuple(name for name in self._selected if name in rows))
            return
        self._refresh()

    def _choose_wanted(self) -> None:
        wanted, self._wanted = self._wanted, ""
        if wanted in self._rows:
            self.view.runs.select([wanted])
            self._on_selected((wanted,))

    def _show_at_work(self) -> None:
        """Comes back to what was at work while the window was closed, unless the user is busy."""
        running = self.running()
        if running and not self._selected and not self.draft.changes():
            self._wanted = self._wanted or running[-1].name

    def _on_told(self, snapshots: Mapping[str, RunSnapshot]) -> None:
        self._snapshots |= {name: each for name, each in snapshots.items() if name in self._rows}
        self._refresh()

    def _on_load(self, load: MachineLoad) -> None:
        row = self._one()
        if row is not None and row.state is RunState.RUNNING:
            self.view.run.header.show_load(load)

    # What the user does

    def _on_selected(self, names: Sequence[str]) -> None:
        self._selected = names
        self._watcher.follow(names)
        if not names:
            self.view.show_setup()
        elif len(names) == 1:
            self.view.show_run()
        else:
            self.view.show_compare()
        self._refresh()

    def _refresh(self) -> None:
        """Shows the selected runs as they stand now."""
        rows = self._chosen()
        if len(rows) == 1:
            row = rows[0]
            self.view.run.show_run(row, self._snapshots.get(row.name))
            self._words.find_last(row)
        elif rows:
            self.view.compare.show_runs(rows, self._snapshots)
        self._update_actions()

    def _on_last_words(self, name: str, words: str) -> None:
        row = self._one()
        if row is not None and row.name == name:
            self.view.run.header.show_last_words(words)

    def _show_setup(self) -> None:
        self._selected = ()
        self._watcher.follow(())
        self.view.runs.select(())
        self.view.show_setup()
        self._update_actions()

    def _try(self, panel: QWidget, begin: Callable[[], None]) -> None:
        self.view.setup.sides.setCurrentWidget(panel)
        begin()

    def _save(self) -> None:
        row = self._one()
        if self.view.is_setting_up:
            if (instruction := self.draft.instruction) is not None:
                self.drafting.save_file(instruction, self.view.setup.run_name or "instruction")
        elif row is not None:
            self.drafting.save_run(row)

    def _start(self, begin: Callable[[Instruction, str], None]) -> None:
        instruction = self.draft.instruction
        if instruction is not None:
            begin(instruction, self.view.setup.run_name)

    def _queue(self) -> None:
        row = self._one()
        if self.view.is_setting_up:
            self._start(self._doing.queue_new)
        elif row is not None:
            self._doing.queue(row)

    def _on_made(self, name: str) -> None:
        self.view.setup.forget_name()
        self.drafting.note_kept()
        self._choose_once_listed(name)

    def _on_renamed(self, before: str, now: str) -> None:
        if before in self._selected:
            self._choose_once_listed(now)

    def _choose_once_listed(self, name: str) -> None:
        self._wanted = name
        if name in self._rows:  # a look at the runs was faster
            self._choosing.start()

    def _compare(self) -> None:
        if len(self._selected) == 1:
            others = [row for row in self._rows.values() if row.name != self._selected[0]]
            best = max(others, key=lambda row: (row.record.best_top or {}).get(1, -1.0))
            names = (*self._selected, best.name)
            self.view.runs.select(names)
            self._on_selected(names)

    def _toggle_log_x(self) -> None:
        is_log = not self.view.run.curves.is_log_x
        for curves in (self.view.run.curves, self.view.compare.curves):
            curves.set_log_x(is_log)

    def _show_all(self) -> None:
        for curves in (self.view.run.curves, self.view.compare.curves):
            curves.show_all()

    def _on_refused(self, error: UserError) -> None:
        self.view.bar.show_message(str(error), is_refusal=True)
        self._opened.failed.emit(error)
        self._watcher.look_now()

    def _on_catalogue_changed(self, _: Changes) -> None:
        self.view.setup.data.count_again()

    def _chosen(self) -> list[RunRow]:
        return [self._rows[name] for name in self._selected if name in self._rows]

    def _finished(self) -> list[RunRow]:
        return [row for row in self._rows.values() if row.state is RunState.FINISHED]

    def _one(self) -> RunRow | None:
        rows = self._chosen()
        return rows[0] if len(rows) == 1 else None

    def _with_one(self, act: Callable[[RunRow], None]) -> Callable[[], None]:
        def handle() -> None:
            row = self._one()
            if row is not None:
                act(row)

        return handle

    def _update_actions(self) -> None:
        rows = self._chosen()
        one = rows[0] if len(rows) == 1 else None
        setup = self.view.is_setting_up
        enable_actions(
            self._actions,
            Situation(
                is_ready=True,
                is_setting_up=setup,
                is_right=not self.draft.faults,
                can_start=not self.draft.faults and self.view.setup.data.is_usable,
                changes=self.draft.changes() if setup else 0,
                runs=len(self._rows),
                selected=len(rows),
                state=None if one is None else one.state,
                has_model=one is not None and one.record.has_model,
                has_explorer=UseRun in self._opened.answers,
            ),
        )
