"""Makes queries: of photos in the index at once, of others once the worker has embedded them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from core.embedding.index import Vectors
from core.embedding.query_protocol import Ready
from core.errors import UserError
from explorer.exploring import Exploring
from explorer.library import Library
from explorer.opened_index import other_model
from explorer.query import Example, make_query, photo_of_file
from explorer.query_worker import QueryWorker

Crop = tuple[int, int, int, int]


@dataclass
class _Pending:
    """A query whose photos are being embedded.

    Attributes:
        known: Examples that are there already; they come first.
        waiting: File and title by the request's number, in order.
        found: What has come of them.
    """

    known: tuple[Example, ...]
    waiting: dict[int, tuple[Path, Crop | None, str, str]]
    found: dict[int, Example]


class Asking(QObject):
    """Everything that a query can be made of."""

    failed = pyqtSignal(object)
    """`UserError`."""
    said = pyqtSignal(str)

    def __init__(
        self, exploring: Exploring, library: Library, worker: QueryWorker, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._exploring = exploring
        self._library = library
        self._worker = worker
        self._pending: _Pending | None = None
        self._made = 0
        worker.embedded.connect(self._on_embedded)
        worker.refused.connect(self._on_refused)
        worker.ready.connect(self._on_ready)

    def ask_rows(self, rows: Sequence[int]) -> None:
        """Looks for what is like photos of the index."""
        examples = self._examples(rows, is_wanted=True)
        if examples:
            self._ask(examples)

    def add_rows(self, rows: Sequence[int], *, is_wanted: bool) -> None:
        """Has the neighbours be like these photos as well, or unlike them."""
        query = self._exploring.query
        assert query is not None
        named = set(rows)
        kept = [example for example in query.examples if example.row not in named]
        added = self._examples(rows, is_wanted=is_wanted)
        if not any(example.is_wanted for example in (*kept, *added)):
            self.said.emit("At least one photo must be one that the neighbours should be like")
            return
        self._ask([*kept, *added])

    def turn(self, number: int) -> None:
        """Has one example count the other way round."""
        examples = list(self._examples_now())
        examples[number] = examples[number].turned()
        self._change(examples)

    def remove(self, number: int) -> None:
        """Takes one example out."""
        examples = list(self._examples_now())
        del examples[number]
        self._change(examples)

    def ask_files(self, files: Sequence[Path], *, url: str = "", title: str = "") -> None:
        """Looks for what is like photos from elsewhere, averaged."""
        pending = _Pending((), {}, {})
        for file in files:
            number = self._worker.embed(file)
            pending.waiting[number] = (file, None, title or file.name, url)
        self._pending = pending

    def crop(self, crop: Crop | None) -> None:
        """Looks for what is like a part of the query's photo (all of it, for None)."""
        (example,) = self._examples_now()
        number = self._worker.embed(example.photo.file, crop)
        title = example.title.removesuffix(" (part)")
        shown = title if crop is None else f"{title} (part)"
        self._pending = _Pending(
            (), {number: (example.photo.file, crop, shown, example.photo.url)}, {}
        )

    def forget(self) -> None:
        """Drops what is being embedded: another run's model is used from now on."""
        self._pending = None

    def _examples(self, rows: Sequence[int], *, is_wanted: bool) -> list[Example]:
        opened = self._exploring.opened
        assert opened is not None
        found = []
        for row, facts in zip(rows, self._library.facts_of(list(rows)), strict=True):
            if facts.photo is not None:
                vector = opened.index.vectors[row]
                found.append(Example(facts.photo, facts.title, vector, int(row), is_wanted))
        if not found:
            self.said.emit("This photo is no longer in the catalogue")
        return found

    def _examples_now(self) -> tuple[Example, ...]:
        query = self._exploring.query
        return () if query is None else query.examples

    def _change(self, examples: Sequence[Example]) -> None:
        if any(example.is_wanted for example in examples):
            self._ask(examples)
        else:
            self.said.emit("At least one photo must be one that the neighbours should be like")

    def _ask(self, examples: Sequence[Example]) -> None:
        self._pending = None
        opened = self._exploring.opened
        assert opened is not None
        self._exploring.ask(make_query(examples, opened.index.metric))

    def _on_ready(self, ready: Ready) -> None:
        opened = self._exploring.opened
        if opened is None or ready.model_hash == opened.index.model_hash:
            return
        self._pending = None
        self._worker.close()
        self.failed.emit(other_model(opened))

    def _on_embedded(self, number: int, vector: Vectors) -> None:
        pending = self._pending
        if pending is None or number not in pending.waiting:
            return
        file, crop, title, url = pending.waiting[number]
        self._made += 1
        photo = photo_of_file(self._made, file, crop, url)
        pending.found[number] = Example(photo, title, vector)
        self._finish(pending)

    def _on_refused(self, number: int, error: UserError) -> None:
        pending = self._pending
        if pending is None or number not in pending.waiting:
            return
        self.failed.emit(error)
        del pending.waiting[number]
        if not pending.waiting:
            self._pending = None
        else:
            self._finish(pending)

    def _finish(self, pending: _Pending) -> None:
        if pending.found.keys() >= pending.waiting.keys():
            found = [pending.found[number] for number in pending.waiting]
            self._ask([*pending.known, *(replace(e, is_wanted=True) for e in found)])
