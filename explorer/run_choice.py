"""Which run is explored, and what is shown while none can be."""

from __future__ import annotations

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QPushButton, QWidget

from core.errors import UserError
from core.jobs.events import Finished
from core.number_words import plural
from core.qt.job_runner import Job
from core.qt.open_project import OpenProject
from core.qt.tab_requests import TrainModel
from core.training.runs import Run
from explorer.exploring import Exploring
from explorer.opened_index import IndexOpener, OpenedIndex, runs_to_embed, runs_to_explore
from explorer.view import ExplorerView


class RunButtons:
    """What can be done where there is nothing to explore."""

    def __init__(self, parent: QWidget) -> None:
        self.embed = QPushButton("Embed the catalogue", parent)
        self.embed.setObjectName("embed")
        self.train = QPushButton("Train a model", parent)
        self.train.setObjectName("train")
        for button in self.all():
            button.setProperty("role", "main")

    def all(self) -> list[QPushButton]:
        return [self.embed, self.train]


class RunChoice(QObject):
    """Opens the newest run's index, or the one that is asked for."""

    opened = pyqtSignal(object)
    """`OpenedIndex` that is explored now."""
    emptied = pyqtSignal()
    """Nothing can be explored; the view says why."""

    def __init__(
        self,
        open_project: OpenProject,
        exploring: Exploring,
        view: ExplorerView,
        buttons: RunButtons,
        owner: QWidget,
    ) -> None:
        super().__init__(owner)
        self._open_project = open_project
        self._exploring = exploring
        self._view = view
        self._buttons = buttons
        self._owner = owner
        self._asked: str | None = None
        self._to_embed = ""
        self._written = 0
        self._opener = IndexOpener(open_project, self)
        self._opener.opened.connect(self.opened)
        self._opener.failed.connect(self._on_failed)
        self._opener.facts_changed.connect(exploring.take_facts)
        exploring.settings_changed.connect(self.show_runs)
        view.run_chosen.connect(self.choose)
        buttons.embed.clicked.connect(self._embed)
        buttons.train.clicked.connect(lambda: open_project.requested.emit(TrainModel()))
        open_project.jobs.finished.connect(self._on_job_finished)

    def choose(self, name: str) -> None:
        """Explores a run; once its tab is to be seen, if it is not yet."""
        self._asked = name
        if self._owner.isVisible():
            self.look()

    def look(self) -> None:
        """Explores what was asked for, or else the newest run."""
        runs = {run.name: run for run in runs_to_explore(self._open_project.project)}
        name, self._asked = self._asked, None
        if name in runs:
            self._open(runs[name])
        elif name is not None or not runs:
            self._show_none(name)
        else:
            opened = self._exploring.opened
            self._open(next(iter(runs.values())) if opened is None else opened.run)
        self.show_runs()

    def show_runs(self) -> None:
        """Lists the runs that there are now."""
        runs = runs_to_explore(self._open_project.project)
        opened = self._exploring.opened
        facts = current = ""
        if opened is not None:
            index, current = opened.index, opened.run.name
            metric = "by angle" if self._exploring.metric == "angular" else "by distance"
            facts = (
                f"{plural(index.size, 'photo')} in {index.dimensions} dimensions, compared {metric}"
            )
            if opened.gone_count:
                facts += f"; gone or changed since: {opened.gone_count:,}"
            if opened.is_of_other_model:
                facts += "; by another model than the run has now"
        self._view.show_runs([run.name for run in runs], current, facts)

    def read_facts_again(self) -> None:
        """Takes what the catalogue says now of the index that is open."""
        self._opener.read_facts_again()

    def close(self) -> None:
        """Opens nothing further."""
        self._opener.close()

    # Below this line: how

    def _open(self, run: Run) -> None:
        opened: OpenedIndex | None = self._exploring.opened
        written = run.index_file.stat().st_mtime_ns
        if opened is not None and opened.run == run and written == self._written:
            self._view.show_panels()
            return
        self._written = written
        self._view.show_message(f"Opening the embeddings of {run.name}…")
        self._opener.open(run)

    def _show_none(self, name: str | None) -> None:
        names = [run.name for run in runs_to_embed(self._open_project.project)]
        self._to_embed = name if name in names else next(iter(names), "")
        can_train = not names and TrainModel in self._open_project.answers
        if names:
            title = "No embeddings yet"
            text = (
                f"The run “{self._to_embed}” has a model, but the catalogue's photos have not been "
                "embedded with it. That can be stopped, and goes on where it was."
            )
        else:
            title = "Nothing to explore yet"
            text = (
                "The explorer shows what a trained model makes of the photos. Train a model in the "
                "training tab and embed the catalogue with it; then its neighbours, directions and "
                "map are here."
            )
        self._show_empty(title, text, can_train=can_train)

    def _on_failed(self, run: Run, error: UserError) -> None:
        self._exploring.open(None)
        self._to_embed = run.name if run.model_file.is_file() else ""
        self._show_empty(error.message, f"{error.path}\n{error.remedy}", can_train=False)
        self.show_runs()

    def _show_empty(self, title: str, text: str, *, can_train: bool) -> None:
        self._buttons.embed.setVisible(bool(self._to_embed))
        self._buttons.train.setVisible(can_train)
        self._view.show_empty(title, text)
        self.emptied.emit()

    def _embed(self) -> None:
        self._buttons.embed.setEnabled(False)
        self._open_project.jobs.run(Job("embed", "Embedding photos", ("--run", self._to_embed)))

    def _on_job_finished(self, job: Job, _: Finished) -> None:
        self._buttons.embed.setEnabled(True)
        opened = self._exploring.opened
        if job.verb == "embed":
            name = job.arguments[1]
            if opened is None or opened.run.name == name:
                self.choose(name)
            else:
                self.show_runs()
