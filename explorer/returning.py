"""Closing the loop: photos sent back to be cleaned, shops asked what is still for sale."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QWidget

from core.catalogue.records import HintKind
from core.jobs.events import Finished
from core.number_words import plural
from core.qt.job_runner import Job
from core.qt.open_project import OpenProject
from core.qt.question import Choice, Question
from explorer.actions import Do
from explorer.exploring import Exploring
from explorer.gallery import Gallery
from explorer.gallery_panel import Source
from explorer.library import Library
from explorer.listing import Listing
from explorer.suspecting import Suspecting

_MOST_ASKED = 500
_HOSTS_NAMED = 3


class Returning(QObject):
    """What these actions do; nobody is contacted before the user has seen whom and how often."""

    said = pyqtSignal(str)
    source_wanted = pyqtSignal(object)

    def __init__(
        self,
        open_project: OpenProject,
        exploring: Exploring,
        library: Library,
        suspecting: Suspecting,
        listing: Listing,
        gallery: Gallery,
        current_source: Callable[[], Source],
        owner: QWidget,
    ) -> None:
        super().__init__(owner)
        self._open_project = open_project
        self._exploring = exploring
        self._library = library
        self._suspecting = suspecting
        self._listing = listing
        self._gallery = gallery
        self._current_source = current_source
        self._owner = owner
        self._folder = tempfile.TemporaryDirectory(prefix="pickglass-ask-")
        open_project.jobs.finished.connect(self._on_job_finished)
        open_project.jobs.stopped.connect(self._on_job_stopped)

    def handlers(self) -> Mapping[Do, Callable[[], None]]:
        """What to call for each action."""
        return {
            Do.SUSPECTS: self._list_suspects,
            Do.SEND: self._send,
            Do.AVAILABILITY: self._ask_whether_to_ask,
        }

    def close(self) -> None:
        self._folder.cleanup()

    # Below this line: how

    def _list_suspects(self) -> None:
        if self._suspecting.is_making and self._current_source() is Source.SUSPECTS:
            self._suspecting.stop()
            self.said.emit("Stopped looking for what may be wrong")
            return
        self.source_wanted.emit(Source.SUSPECTS)
        self._gallery.setFocus()  # what S sends must be seen
        self._suspecting.make()

    def _send(self) -> None:
        selected = self._exploring.selection.selected_rows().tolist()
        if self._current_source() is Source.SUSPECTS:
            current = self._gallery.current_row
            rows = set(selected or ([] if current is None else [current]))
            found = [each for each in self._listing.suspects() if each.row in rows]
            if found:
                self._suspecting.send(found)
                if rows == {current}:
                    self._gallery.go_on()  # a list is gone through by one key
                return
        if selected:
            self._ask_for_reason(selected)

    def _ask_for_reason(self, rows: Sequence[int]) -> None:
        question = Question(
            f"Send {plural(len(rows), 'photo')} to the cleaner?",
            "Their items come up in the cleaning queue again, with what you suspect.",
            (
                Choice("Other item", "O", HintKind.ODD_ONE_OUT),
                Choice("Tag", "T", HintKind.TAG),
                Choice("Low quality", "L", HintKind.LOW_QUALITY),
            ),
            self._owner,
        )
        question.answered.connect(partial(self._suspecting.send_rows, rows))
        question.open()

    # Live availability

    def _ask_whether_to_ask(self) -> None:
        # Imported here: requests takes half a second, and few sessions ask a shop.
        from core.scrape.fetch import host_of

        rows = self._exploring.selection.selected_rows().tolist() or self._gallery.rows().tolist()
        facts = self._library.facts_of(rows[:_MOST_ASKED])
        items = {fact.item.id: fact.item for fact in facts if fact.item is not None}
        hosts = Counter(host_of(item.metadata.url) for item in items.values())
        without = hosts.pop("", 0)
        ids = [id_ for id_, item in items.items() if host_of(item.metadata.url)]
        if not ids:
            self.said.emit("None of these items has a web page that could be asked")
            return
        named = ", ".join(host for host, _ in hosts.most_common(_HOSTS_NAMED))
        more = f" and {len(hosts) - _HOSTS_NAMED} more" if len(hosts) > _HOSTS_NAMED else ""
        left_out = f" Without a page: {without:,}." if without else ""
        question = Question(
            "Still for sale?",
            f"Ask for the pages of {plural(len(ids), 'item')} at {named}{more}: one at a time with "
            "a pause between two, as robots.txt allows; those asked lately are left alone. Can be "
            f"stopped at any time.{left_out}",
            (Choice("Ask", "A", ids),),
            self._owner,
        )
        question.answered.connect(self._ask_shops)
        question.open()

    def _ask_shops(self, item_ids: Sequence[int]) -> None:
        file = Path(self._folder.name) / "items.txt"
        file.write_text("\n".join(map(str, item_ids)))
        self._open_project.jobs.run(
            Job(
                "availability",
                "Asking whether items are for sale",
                ("--items-from", str(file)),
            )
        )

    def _on_job_finished(self, job: Job, finished: Finished) -> None:
        if job.verb == "availability":
            self.said.emit(finished.summary.splitlines()[0])

    def _on_job_stopped(self, job: Job) -> None:
        if job.verb == "availability":
            self.said.emit("Stopped asking; what was answered stays")
