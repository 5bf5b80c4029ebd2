"""Which jobs an open project needs, and what the views are told while they run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from core.catalogue.database import Catalogue
from core.catalogue.records import Changes, PhotoStatus
from core.catalogue.settings import read_setting, write_setting
from core.jobs.context import Progress
from core.jobs.events import Finished
from core.qt.job_runner import Job
from core.qt.open_project import OpenProject

REFRESH_S = 2.0
"""How often the views read again while a job writes."""

_UNFINISHED = "unfinished jobs"
_TITLES = {"import": "Importing the scrape", "demo": "Drawing the demo"}


@dataclass(frozen=True)
class ImportRequest:
    """What the user wants imported.

    Attributes:
        scrape: Folder, table or dump.
        project_root: Where the project lies or is to be made.
        layout: As `core.scrape.found.Layout` names it; "" to have it recognised.
        download: Whether photos known by URL are to be fetched at once.
        item_column: For tables: the column that says which item a photo belongs to; "" for the one
            that is recognised, if any.
    """

    scrape: Path
    project_root: Path
    layout: str = ""
    download: bool = False
    item_column: str = ""


@dataclass(frozen=True)
class _Unfinished:
    """What a project still needs when it is opened."""

    jobs: list[list[str]]  # verb and arguments
    to_hash: bool
    to_hint: bool
    to_download: int


class ProjectWork(QObject):
    """Import, download, hash and hints of one open project, in chains.

    Every chain ends in what makes the catalogue whole again, so a job that was broken off is made
    up for when the project is opened the next time.
    """

    downloads_waiting = pyqtSignal(int)
    """So many photos are known by URL only; nobody is contacted unless the user says so."""

    def __init__(self, opened: OpenProject) -> None:
        super().__init__(opened)
        self._opened = opened
        self._refresh = QTimer(self)
        self._refresh.setInterval(int(REFRESH_S * 1000))
        self._refresh.setSingleShot(True)
        self._refresh.timeout.connect(self._publish_all)
        opened.jobs.progressed.connect(self._on_progressed)
        opened.jobs.finished.connect(self._on_finished)
        opened.jobs.failed.connect(self._publish_all)
        opened.jobs.stopped.connect(self._publish_all)

    def resume(self) -> None:
        """Goes on with what was broken off the last time."""
        self._opened.read(_find_unfinished, self._on_unfinished, key="unfinished work")

    def import_scrape(self, request: ImportRequest) -> None:
        """Brings a scrape in, hashes its photos and looks for hints."""
        arguments = [str(request.scrape)]
        if request.layout:
            arguments += ["--layout", request.layout]
        if request.item_column:
            arguments += ["--column", f"item_id={request.item_column}"]
        self._begin("import", arguments, download=request.download)

    def download(self) -> None:
        """Fetches the photos that are known by URL only, then hashes them and looks for hints.

        Those that failed before are tried again: that is what one who asks for it waits for.
        """
        fetch = Job("download", "Downloading photos", ("--retry-failed",))
        self._opened.jobs.run(fetch, *_look_through())

    def look_again(self) -> None:
        """Reads what was not read yet, then looks for the hints of all items."""
        self._opened.jobs.run(*_look_through("--again"))

    def make_demo(self) -> None:
        """Draws the demo scrape into this new project and prepares it as an import does."""
        self._begin("demo", [])

    def _begin(self, verb: str, arguments: list[str], *, download: bool = False) -> None:
        self._opened.decide(lambda catalogue: _note(catalogue, [verb, *arguments]))
        self._run(verb, arguments, download=download)

    def _run(self, verb: str, arguments: list[str], *, download: bool = False) -> None:
        fetch = (Job("download", "Downloading photos"),) if download else ()
        self._opened.jobs.run(Job(verb, _TITLES[verb], tuple(arguments)), *fetch, *_look_through())

    def _on_unfinished(self, found: _Unfinished) -> None:
        for verb, *arguments in found.jobs:
            self._run(verb, arguments)
        if not found.jobs:
            if found.to_hash:
                self._opened.jobs.run(*_look_through())
            elif found.to_hint:
                self._opened.jobs.run(*_look_through()[1:])
        if found.to_download:
            self.downloads_waiting.emit(found.to_download)

    def _on_progressed(self, _job: Job, _progress: Progress) -> None:
        if not self._refresh.isActive():
            self._refresh.start()

    def _on_finished(self, job: Job, finished: Finished) -> None:
        if job.verb in _TITLES:
            self._opened.decide(lambda catalogue: _forget(catalogue, [job.verb, *job.arguments]))
            waiting = finished.result.get("to_download", 0)
            if waiting and not any(other.verb == "download" for other in self._opened.jobs.waiting):
                self.downloads_waiting.emit(waiting)
        self._publish_all()

    def _publish_all(self, *_: object) -> None:
        self._refresh.stop()
        self._opened.publish(Changes("", frozenset(), items_added=True, everything=True))


def _look_through(*how: str) -> tuple[Job, Job]:
    return Job("hash", "Reading photos"), Job("hints", "Looking for hints", how)


def _find_unfinished(catalogue: Catalogue) -> _Unfinished:
    def exists(sql: str, *values: object) -> bool:
        row = catalogue.connection.execute(f"SELECT EXISTS ({sql})", values).fetchone()
        return bool(row[0])

    (to_download,) = catalogue.connection.execute(
        "SELECT count(*) FROM photo WHERE status = ?", [PhotoStatus.TO_DOWNLOAD]
    ).fetchone()
    return _Unfinished(
        jobs=read_setting(catalogue, _UNFINISHED, []),
        to_hash=exists("SELECT 1 FROM photo WHERE status = ?", PhotoStatus.NEW),
        to_hint=exists("SELECT 1 FROM stale_item"),
        to_download=to_download,
    )


def _note(catalogue: Catalogue, job: list[str]) -> None:
    with catalogue.transaction():
        unfinished = read_setting(catalogue, _UNFINISHED, [])
        if job not in unfinished:
            write_setting(catalogue, _UNFINISHED, [*unfinished, job])


def _forget(catalogue: Catalogue, job: list[str]) -> None:
    with catalogue.transaction():
        unfinished = read_setting(catalogue, _UNFINISHED, [])
        write_setting(catalogue, _UNFINISHED, [each for each in unfinished if each != job])
