"""What each action does: one method or call for every member of `Do`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtGui import QGuiApplication

from cleaner.actions import NUMBERS, REASONS, Do
from cleaner.confirmations import ask_about_last_photo, ask_why_reject_item
from cleaner.deciding import Deciding
from cleaner.item_picker import ItemPicker
from cleaner.queue import Queue
from cleaner.showing import Showing
from cleaner.stage import Stage, photos_to_compare
from cleaner.view import CleanerView
from core.errors import displayable
from core.qt.open_project import OpenProject
from core.qt.tab_requests import ShowInExplorer

_NEIGHBOURS_OFFERED = 6
_MOST_TENS = 30


class Doing(QObject):
    """Carries actions out, asking first where something needs to be asked."""

    shortcuts_wanted = pyqtSignal()
    said = pyqtSignal(str)
    """Something for the status line."""

    def __init__(
        self,
        open_project: OpenProject,
        queue: Queue,
        showing: Showing,
        deciding: Deciding,
        stage: Stage,
        view: CleanerView,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._open_project = open_project
        self._queue = queue
        self._showing = showing
        self._deciding = deciding
        self._stage = stage
        self._view = view
        self._tens = 0
        deciding.last_photo_asked.connect(self._ask_about_last_photo)

    def handlers(self) -> Mapping[Do, Callable[[], None]]:
        """What to call for each action."""
        deciding, showing, view = self._deciding, self._showing, self._view
        handlers: dict[Do, Callable[[], None]] = {
            Do.UNDO: deciding.undo,
            Do.REDO: deciding.redo,
            Do.NOTE: view.edit_note,
            Do.COPY_PATHS: self._copy_paths,
            Do.NEXT: partial(showing.step, 1),
            Do.PREVIOUS: partial(showing.step, -1),
            Do.NEXT_OPEN: showing.go_on,
            Do.FIRST: partial(showing.show_row, 0),
            Do.LAST: partial(showing.show_row, -1),
            Do.FIND: view.focus_search,
            Do.FILTER: view.open_filter,
            Do.CLEAR_FILTER: view.queue.clear_wanted,
            Do.TEN_MORE: self._count_ten_more,
            Do.SELECT_ALL: self._select_all,
            Do.SELECT_ACCUSED: self._select_accused,
            Do.SELECT_NONE: self._select_none,
            Do.KEEP: deciding.keep,
            Do.UNDECIDE: deciding.undecide,
            Do.NOT_DUPLICATE: deciding.deny_pair,
            Do.MOVE: self._ask_where_to_move,
            Do.SPLIT: deciding.split,
            Do.ACCEPT: deciding.accept_hints,
            Do.MARK_CLEAN: deciding.mark_clean,
            Do.SKIP: deciding.skip,
            Do.REOPEN: deciding.reopen,
            Do.REJECT_ITEM: self._ask_why_reject_item,
            Do.MERGE: self._ask_what_to_merge,
            Do.COMPARE: self._compare,
            Do.ZOOM: self._zoom,
            Do.EXPLORE: self._explore,
            Do.TOGGLE_QUEUE: view.toggle_queue,
            Do.TOGGLE_DETAILS: view.toggle_details,
            Do.SHORTCUTS: self.shortcuts_wanted.emit,
        }
        for do, reason in REASONS.items():
            handlers[do] = partial(deciding.reject, reason)
        for do, handler in handlers.items():
            if do is not Do.TEN_MORE:
                handlers[do] = partial(self._do, handler)
        for do, number in NUMBERS.items():
            handlers[do] = partial(self._toggle_number, number)
        return handlers

    def ask_to_merge(self, likely: list[int]) -> None:
        """Asks which item to put into this one, and does so."""
        shown = self._deciding.sight.item()
        if shown is None:
            return
        into = shown.item.id
        self._pick(
            title="Join which item with this one?",
            verb="Join",
            likely=likely,
            take=lambda other: self._deciding.merge(into, other),
        )

    def _do(self, handler: Callable[[], None]) -> None:
        self._tens = 0
        handler()

    # Selecting

    def _count_ten_more(self) -> None:
        self._tens = (self._tens + 10) % (_MOST_TENS + 10)
        if self._tens:
            first = self._tens + 1
            self.said.emit(f"Next digit: photo {first} to {first + 9}")
        else:
            self.said.emit("Next digit: photo 1 to 10")

    def _toggle_number(self, number: int) -> None:
        number += self._tens
        self._tens = 0
        shown = self._showing.shown
        photo_id = None if shown is None else shown.photo_numbered(number)
        if photo_id is None:
            self.said.emit(f"There is no photo {number}")
        elif shown is not None and self._stage.compared:
            self._stage.compare(shown, [photo_id])
        else:
            self._stage.toggle(photo_id)

    def _select_all(self) -> None:
        if self._showing.shown is not None:
            self._stage.select(self._showing.shown.by_id)

    def _select_accused(self) -> None:
        if self._showing.shown is not None:
            self._stage.select(self._showing.shown.accused)

    def _select_none(self) -> None:
        if self._stage.compared:
            self._stage.close()
        else:
            self._stage.select([])

    # Looking closely

    def zoom_to(self, photo_id: int) -> None:
        """Shows a photo of the item alone."""
        if self._showing.shown is not None:
            self._stage.compare(self._showing.shown, [photo_id])

    def _compare(self) -> None:
        shown = self._showing.shown
        if self._stage.compared > 1:
            self._stage.close()
        elif shown is not None:
            ids = photos_to_compare(shown, self._stage.selected_ids())
            if len(ids) > 1:
                self._stage.compare(shown, ids)
            else:
                self.said.emit("Select two to four photos to compare")

    def _zoom(self) -> None:
        shown = self._showing.shown
        if self._stage.compared == 1:
            self._stage.close()
        elif shown is not None and shown.photos:
            self.zoom_to(next(iter(self._stage.selected_ids()), shown.photos[0].id))

    # Asking

    def _ask_about_last_photo(self, ids: tuple[int, ...], answer: Callable[[object], None]) -> None:
        question = ask_about_last_photo(len(ids), self._view)
        question.answered.connect(answer)
        question.open()

    def _ask_why_reject_item(self) -> None:
        shown = self._deciding.sight.item()
        if shown is None:
            return
        item = shown.item
        question = ask_why_reject_item(item.title, item.photo_count, self._view)
        question.answered.connect(lambda reason: self._deciding.reject_item(item.id, reason))
        question.open()

    def _ask_where_to_move(self) -> None:
        ids = self._deciding.sight.selected()
        if not ids or self._deciding.sight.item_of(ids) is None:
            return
        what = "the photo" if len(ids) == 1 else f"the {len(ids)} photos"
        self._pick(
            title=f"Move {what} to which item?",
            verb="Move",
            likely=self._likely_others(),
            take=lambda item_id: self._deciding.move(ids, item_id),
        )

    def _ask_what_to_merge(self) -> None:
        self.ask_to_merge(self._likely_others())

    def _pick(
        self, *, title: str, verb: str, likely: list[int], take: Callable[[int], None]
    ) -> None:
        shown = self._showing.shown
        if shown is None:
            return
        picker = ItemPicker(
            self._open_project,
            title=title,
            verb=verb,
            likely=likely,
            without=shown.item.id,
            parent=self._view,
        )
        picker.picked.connect(take)
        picker.open()

    def _likely_others(self) -> list[int]:
        """The items that hints name, then those beside this one, the nearest first."""
        found = [item.id for item in self._showing.elsewhere.values()]
        for step in range(1, _NEIGHBOURS_OFFERED + 1):
            for item_id in (self._queue.neighbour(-step), self._queue.neighbour(step)):
                if item_id is not None:
                    found.append(item_id)
        return list(dict.fromkeys(found))

    def _explore(self) -> None:
        shown = self._showing.shown
        if shown is not None and shown.photos:
            photo_id = next(iter(self._stage.selected_ids()), shown.photos[0].id)
            self._open_project.requested.emit(ShowInExplorer(photo_id))

    def _copy_paths(self) -> None:
        shown = self._showing.shown
        if shown is None:
            return
        selected = self._stage.selected_ids() or [photo.id for photo in shown.photos]
        paths = [displayable(shown.by_id[id_].file) for id_ in selected]
        QGuiApplication.clipboard().setText("\n".join(paths))
        self.said.emit("Copied the path" if len(paths) == 1 else f"Copied {len(paths)} paths")
