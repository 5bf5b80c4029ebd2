"""The cleaning view: joins queue, board, details and actions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PyQt5.QtCore import QPoint, QTimer, pyqtSignal
from PyQt5.QtGui import QCloseEvent
from PyQt5.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from cleaner.actions import RULES, Do, Menu, Situation, update_actions
from cleaner.data_menu import build_data_menu, show_apply, show_export
from cleaner.deciding import Deciding
from cleaner.doing import Doing
from cleaner.endings import ending
from cleaner.menus import build_menus, context_menu
from cleaner.place_keeper import PlaceKeeper
from cleaner.queue import Queue
from cleaner.queue_panel import QueuePanel
from cleaner.showing import Showing
from cleaner.stage import Stage
from cleaner.view import CleanerView
from core.catalogue.items import ItemFilter, ItemOrder, categories
from core.catalogue.records import Changes, Hint, Verdict
from core.catalogue.tags import count_tags
from core.cleaning.pace import read_pace
from core.cleaning.place import Place
from core.cleaning.undo import next_redo, next_undo
from core.qt.compare_view import CompareView
from core.qt.open_project import OpenProject
from core.qt.photo_board import PhotoBoard
from core.qt.photo_loader import PhotoLoader
from core.qt.photo_source import PhotoSource
from core.qt.shortcuts_sheet import (
    SheetGroup,
    ShortcutsSheet,
    group_of,
    other_menus,
    sheet_of,
)
from core.qt.tab_actions import build_actions, connect_actions
from core.qt.tab_requests import ShowInExplorer, ShowItem, TabRequest

_PACE_PAUSE_MS = 400

_COMPARING = "Compare and zoom"
_COMPARING_RULE = (
    "These work while photos are compared (C) or one is shown alone (Z). Keys that reject or keep "
    "act on the chosen photo then."
)


def build_cleaner_tab(open_project: OpenProject, parent: QWidget) -> CleanerTab:
    """The tab with threads of its own that decode photos; they end when it is closed."""
    loader = PhotoLoader(partial(PhotoSource, open_project.project))
    tab = CleanerTab(open_project, loader, parent)
    loader.setParent(tab)
    tab.closed.connect(loader.close)
    return tab


class CleanerTab(QWidget):
    """Shows one item after another and has the user decide on each."""

    closed = pyqtSignal()

    def __init__(
        self, open_project: OpenProject, loader: PhotoLoader, parent: QWidget | None = None
    ) -> None:
        """Goes on where the user left off.

        Args:
            open_project: The project; close this widget before it.
            loader: The project's photos.
            parent: The owner in Qt's sense.
        """
        super().__init__(parent)
        self.setObjectName("cleaner_tab")
        self._open_project = open_project
        self._undo = self._redo = ""
        self._said_below: int | None = None
        self._place = PlaceKeeper(open_project, self)
        place = self._place.place

        self._queue = Queue(open_project, self)
        self._board = PhotoBoard(loader, self)
        self._board.setObjectName("board")
        self._compare = CompareView(loader, self)
        self._stage = Stage(open_project, self._board, self._compare, self)
        self._deciding = Deciding(open_project, self._stage, self)
        self._showing = Showing(
            open_project, self._queue, self._board, self._deciding, place.item_id, self
        )
        self._actions = build_actions(Do, self)
        self._clear = QPushButton("Clear search and filter", self)
        self._apply = QPushButton("Apply…", self)
        self._export = QPushButton("Export…", self)
        for name, button in (
            ("clear", self._clear),
            ("apply", self._apply),
            ("export", self._export),
        ):
            button.setObjectName(f"ending_{name}")
        self._view = CleanerView(
            QueuePanel(self._queue.model, self),
            self._board,
            self._compare,
            self._actions,
            [self._clear, self._apply, self._export],
            self,
        )
        self._doing = Doing(
            open_project,
            self._queue,
            self._showing,
            self._deciding,
            self._stage,
            self._view,
            self,
        )
        connect_actions(self._actions, self._doing.handlers())
        self._menus = [*build_menus(self._actions, self), build_data_menu(open_project, self)]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self._pace_pause = QTimer(self)
        self._pace_pause.setSingleShot(True)
        self._pace_pause.setInterval(_PACE_PAUSE_MS)
        self._connect()
        self._view.queue.show_wanted(place.wanted, place.order)
        self._queue.look_for(place.wanted, place.order)
        self._read_pace()
        self._read_undo()

    def menus(self) -> Sequence[QMenu]:
        """The menus for the window's bar."""
        return self._menus

    def show_request(self, request: TabRequest) -> bool:
        """Shows the item that another tab asks for (`core.qt.tab_requests`)."""
        if not isinstance(request, ShowItem):
            return False
        if not self._showing.find(request.item_id, request.photo_id):
            self._view.bar.show_message("That item is no longer there", is_refusal=True)
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hands the last things to store to the project, which must still be open."""
        self._pace_pause.stop()  # it would ask the closed project
        # A search may have been typed a moment ago, and would be begun later.
        self._view.queue.wanted_changed.disconnect(self._on_wanted_changed)
        self._view.details.note.store()
        self._place.store()
        super().closeEvent(event)
        self.closed.emit()

    # Below this line: how

    def _connect(self) -> None:
        view, queue, showing = self._view, self._queue, self._showing
        self._open_project.changed.connect(self._on_changed)
        queue.counted.connect(self._on_counted)
        queue.refreshed.connect(self._on_counted)
        showing.item_shown.connect(self._on_item_shown)
        showing.item_changed.connect(self._on_item_changed)
        showing.ended.connect(self._on_ended)
        self._deciding.told.connect(self._say)
        self._deciding.refused.connect(lambda why: view.bar.show_message(why, is_refusal=True))
        self._doing.said.connect(self._say)
        self._doing.shortcuts_wanted.connect(self._show_shortcuts)
        self._stage.selection_changed.connect(self._on_selection_changed)
        self._stage.opened.connect(view.show_compare)
        self._stage.closed.connect(view.show_board)
        self._compare.reject_requested.connect(
            lambda photo_id: self._deciding.reject_these([photo_id], None)
        )
        self._board.photo_activated.connect(self._doing.zoom_to)
        self._board.context_menu_requested.connect(self._on_context_menu)
        self._pace_pause.timeout.connect(self._read_pace)

        view.queue.wanted_changed.connect(self._on_wanted_changed)
        view.queue.item_chosen.connect(showing.show_item)
        view.queue.stepped.connect(showing.step)
        view.queue.match_taken.connect(self._on_match_taken)
        view.queue.left.connect(view.focus_photos)
        view.queue.filter_opened.connect(self._read_filter_names)
        view.details.left.connect(view.focus_photos)
        view.details.note.written.connect(self._deciding.write_note)
        hints = view.details.hints
        hints.accepted.connect(
            lambda hint: self._deciding.reject_these([hint.photo_id], hint.kind.reason)
        )
        hints.denied.connect(self._deciding.deny)
        hints.pointed_at.connect(self._on_hints_pointed_at)
        hints.compare_wanted.connect(self._on_compare_wanted)
        hints.other_wanted.connect(self._on_other_wanted)
        hints.join_wanted.connect(self._on_join_wanted)
        self._clear.clicked.connect(view.queue.clear_wanted)
        self._apply.clicked.connect(lambda: show_apply(self.window(), self._open_project))
        self._export.clicked.connect(lambda: show_export(self.window(), self._open_project))

    def _on_item_shown(self) -> None:
        shown = self._showing.shown
        assert shown is not None
        if shown.item.id != self._said_below:
            self._view.bar.show_message("")
        self._view.bar.clear_refusal()
        self._stage.follow(shown)
        if not self._stage.compared:
            self._view.show_board()
        self._view.queue.show_current(shown.item.id)
        self._show_words()
        self._place.note(Place(shown.item.id, self._queue.wanted, self._queue.order))
        self._update_actions()

    def _say(self, text: str) -> None:
        """Says what was done, for as long as the item that is on the board stays there."""
        shown = self._showing.shown
        self._said_below = None if shown is None else shown.item.id
        self._view.bar.show_message(text)

    def _on_item_changed(self) -> None:
        self._stage.follow(self._showing.shown)
        self._show_words()
        self._update_actions()

    def _show_header(self) -> None:
        shown = self._showing.shown
        item = None if shown is None else shown.item
        model = self._queue.model
        row = None if item is None else model.row_of(item.id)
        self._view.header.show_item(item, row, model.rowCount())

    def _show_words(self) -> None:
        shown = self._showing.shown
        self._show_header()
        elsewhere = self._showing.elsewhere
        self._view.details.show_item(shown, self._stage.selected_ids(), elsewhere)

    def _on_ended(self) -> None:
        self._stage.follow(None)
        is_filtered = self._queue.wanted != ItemFilter()
        is_empty = not self._showing.is_at_end
        self._clear.setVisible(is_filtered)
        for button in (self._apply, self._export):
            button.setVisible(not is_empty)
        words = ending(is_empty=is_empty, is_filtered=is_filtered)
        self._view.ending.show_reason(words.title, words.text)
        self._view.show_ending()
        self._show_words()
        self._update_actions()

    def _on_changed(self, _: Changes) -> None:
        self._read_undo()
        if not self._pace_pause.isActive():
            self._pace_pause.start()

    def _on_counted(self) -> None:
        self._view.queue.show_counts(self._queue.match_count, self._queue.open_count)
        self._view.queue.show_current(self._queue.current)
        self._show_header()
        self._update_actions()

    def _on_wanted_changed(self, wanted: ItemFilter, order: ItemOrder) -> None:
        self._queue.look_for(wanted, order)
        self._place.note(Place(self._queue.current, wanted, order))

    def _on_match_taken(self) -> None:
        self._showing.take_match()
        self._view.focus_photos()

    def _on_selection_changed(self) -> None:
        self._view.bar.clear_refusal()
        self._view.details.show_selection(self._showing.shown, self._stage.selected_ids())
        self._update_actions()

    def _on_context_menu(self, _: int, at: QPoint) -> None:
        menu = context_menu(self._actions, self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _on_hints_pointed_at(self, hints: Sequence[Hint]) -> None:
        photos = [hint.photo_id for hint in hints]
        others = [hint.other_photo_id for hint in hints if hint.other_photo_id is not None]
        if self._stage.compared and self._showing.shown is not None:
            self._stage.compare(self._showing.shown, (*others[:1], *photos[:1]))
        else:
            self._stage.select((*photos, *others))
        self._view.focus_photos()

    def _on_compare_wanted(self, hint: Hint) -> None:
        shown = self._showing.shown
        if shown is not None and hint.other_photo_id is not None:
            self._stage.compare(shown, (hint.other_photo_id, hint.photo_id))

    def _on_other_wanted(self, hint: Hint) -> None:
        other = self._showing.elsewhere.get(hint.other_photo_id or 0)
        if other is not None:
            self._showing.show_item(other.id)

    def _on_join_wanted(self, hint: Hint) -> None:
        other = self._showing.elsewhere.get(hint.other_photo_id or 0)
        self._doing.ask_to_merge([] if other is None else [other.id])

    def _show_shortcuts(self) -> None:
        ShortcutsSheet(self._sheet(), self).open()

    def _sheet(self) -> list[SheetGroup]:
        comparing = group_of(_COMPARING, self._compare.actions(), _COMPARING_RULE)
        # The last of the table's own menus is that of the data, which holds more than the table.
        others = [self._menus[-1], *other_menus(self.window(), self._menus)]
        # What one does to photos first: it would be below the window's edge in the menus' order.
        headings = (Menu.PHOTOS, Menu.ITEM, Menu.GO, Menu.VIEW, Menu.EDIT)
        return sheet_of(self._actions, headings, others, rules=RULES, more=[comparing])

    def _read_pace(self) -> None:
        self._open_project.read(read_pace, self._view.queue.progress.show_pace, key="pace")

    def _read_filter_names(self) -> None:
        queue = self._view.queue
        self._open_project.read(categories, queue.show_categories, key="categories")
        self._open_project.read(count_tags, queue.show_tags, key="tags")

    def _read_undo(self) -> None:
        catalogue = self._open_project.catalogue
        undo, redo = next_undo(catalogue), next_redo(catalogue)
        self._undo = "" if undo is None else undo.summary
        self._redo = "" if redo is None else redo.summary
        self._update_actions()

    def _update_actions(self) -> None:
        update_actions(self._actions, self._situation())

    def _situation(self) -> Situation:
        shown, queue = self._showing.shown, self._queue
        selected = self._stage.selected_ids()
        at_end = self._showing.is_at_end
        is_decided = 0
        if shown is not None:
            is_decided = sum(
                shown.by_id[id_].verdict is not Verdict.UNDECIDED
                for id_ in selected
                if id_ in shown.by_id
            )
        return Situation(
            state=None if shown is None else shown.item.state,
            photo_count=0 if shown is None else len(shown.photos),
            selected=len(selected),
            selected_decided=is_decided,
            accused=0 if shown is None else len(shown.accused),
            pair=self._deciding.pair() is not None,
            has_previous=at_end or queue.neighbour(-1) is not None,
            has_next=not at_end and queue.neighbour(1) is not None,
            has_other_open=queue.has_other_open,
            is_filtered=queue.wanted != ItemFilter(),
            compared=self._stage.compared,
            has_explorer=ShowInExplorer in self._open_project.answers,
            undo=self._undo,
            redo=self._redo,
        )
