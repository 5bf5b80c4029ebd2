"""The explorer's workbench: joins query, neighbours, map and actions."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QPoint
from PyQt5.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QShowEvent,
)
from PyQt5.QtWidgets import QMenu, QVBoxLayout, QWidget

from core.embedding.projection import Method
from core.jobs.context import Progress
from core.number_words import plural
from core.qt.drop_overlay import DropOverlay
from core.qt.open_project import OpenProject
from core.qt.photo_loader import PhotoLoader
from core.qt.shortcuts_sheet import ShortcutsSheet, other_menus, sheet_of
from core.qt.tab_actions import connect_actions
from core.qt.tab_requests import ShowInExplorer, ShowItem, TabRequest, UseRun
from explorer.actions import Actions, Do, Menu, update_actions
from explorer.asking import Asking
from explorer.charting import Charting
from explorer.colourings import COLUMNS
from explorer.decoding import Decoding
from explorer.direction_shelf import DirectionShelf
from explorer.directions_panel import DirectionsPanel
from explorer.doing import Doing
from explorer.exploring import Exploring
from explorer.exporting import Exporting
from explorer.filming import Filming
from explorer.filmstrip import Filmstrip
from explorer.gallery import Gallery
from explorer.gallery_panel import GalleryPanel, Source
from explorer.incoming import PhotoFetcher, incoming
from explorer.library import Library
from explorer.listing import Listing
from explorer.map_panel import MapPanel
from explorer.map_thumbnails import MapThumbnails
from explorer.map_view import MapView
from explorer.opened_index import OpenedIndex, other_model
from explorer.query_panel import QueryPanel
from explorer.query_worker import QueryWorker
from explorer.returning import Returning
from explorer.run_choice import RunButtons, RunChoice
from explorer.showing import Showing
from explorer.situation import Situation
from explorer.steering import Steering
from explorer.steps import Steps
from explorer.suspecting import Suspecting
from explorer.tagging import Tagging
from explorer.view import ExplorerView

_CONTEXT_MENU = (
    (Do.USE_SELECTED, Do.MORE_LIKE, Do.LESS_LIKE),
    (Do.COMPARE, Do.WEB_PAGE, Do.AVAILABILITY),
    (Do.MARK_WITH, Do.MARK_WITHOUT),
    (Do.TAG, Do.UNTAG),
    (Do.SEND, Do.SHOW_ITEM),
    (Do.SHOW_SELECTION, Do.FIT_SELECTION, Do.COPY_IDS),
)


class Workbench(QWidget):
    """Shows what a run has learned, and lets the user find what is wrong with it."""

    def __init__(
        self,
        open_project: OpenProject,
        loader: PhotoLoader,
        actions: Actions,
        menus: Sequence[QMenu],
        parent: QWidget,
        *,
        worker: QueryWorker | None = None,
        first_map: Method = Method.PACMAP,
    ) -> None:
        """Opens the newest run's index once the tab is shown.

        Args:
            open_project: The project; close this widget before it.
            loader: The project's photos.
            actions: What can be done, by name; connected and enabled here.
            menus: Those that the actions are in, for the sheet of shortcuts.
            parent: The owner in Qt's sense.
            worker: Embeds photos that are not in the index; by default the run's own model.
            first_map: What the map is made by, unless the user chooses otherwise.
        """
        super().__init__(parent)
        self.setObjectName("explorer_workbench")
        self.setAcceptDrops(True)
        self._open_project = open_project
        self._worker = worker or QueryWorker(self)
        self._exploring = Exploring(self)
        self._library = Library(open_project, self)
        self._shelf = DirectionShelf(open_project.project, self._exploring, self)
        self._fetcher = PhotoFetcher(self)
        self._asking = Asking(self._exploring, self._library, self._worker, self)
        self._decoding = Decoding(self._exploring, self._worker, self)
        self._steps = Steps(open_project, self)
        self._suspecting = Suspecting(open_project.project, self._steps, self._exploring, self)
        self._listing = Listing(
            open_project, self._exploring, self._library, self._suspecting, self
        )
        self._asked_photo: int | None = None
        self._is_closed = False
        self._actions, self._menus = actions, menus
        selection = self._exploring.selection
        gallery = Gallery(selection, self._library, loader, self)
        gallery.setObjectName("gallery")
        photos_of = lambda rows: [f.photo for f in self._library.facts_of(rows)]  # noqa: E731
        maps = [MapView(selection, MapThumbnails(loader, photos_of, self), self) for _ in "ab"]
        for view, name in zip(maps, ("map", "second_map"), strict=True):
            view.setObjectName(name)
        directions = DirectionsPanel(self._shelf, self._actions, self)
        filmstrip = Filmstrip(loader, self)
        buttons = RunButtons(self)
        self._view = ExplorerView(
            QueryPanel(self._actions, loader, directions, self),
            GalleryPanel(self._actions, gallery, filmstrip, self),
            MapPanel(
                maps[0], maps[1], self._library, loader, self._actions, tuple(Method), COLUMNS, self
            ),
            self._actions,
            buttons.all(),
            loader,
            self,
        )
        self._runs = RunChoice(open_project, self._exploring, self._view, buttons, self)
        self._showing = Showing(self._exploring, self._library, self._listing, self._view, self)
        self._charting = Charting(
            open_project.project, self._exploring, self._view.map, first_map, self
        )
        self._filming = Filming(self._exploring, self._charting, self._view.map, self)
        self._steering = Steering(
            self._exploring, self._shelf, self._library, directions, filmstrip, self
        )
        self._returning = Returning(
            open_project,
            self._exploring,
            self._library,
            self._suspecting,
            self._listing,
            gallery,
            lambda: self._showing.source,
            self,
        )
        self._tagging = Tagging(self._steps, self._exploring, self)
        self._exporting = Exporting(self)
        self._drop_overlay = DropOverlay(self, "Drop to look for photos like this")
        self._doing = Doing(
            open_project,
            self._exploring,
            self._asking,
            self._library,
            self._listing,
            self._fetcher,
            self._exporting,
            self._view,
            self,
        )
        connect_actions(
            self._actions,
            {
                **self._doing.handlers(),
                **self._steering.handlers(),
                **self._returning.handlers(),
                **self._tagging.handlers(),
                **self._steps.handlers(),
                **self._filming.handlers(),
            },
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self._connect()
        self._update_actions()

    def show_request(self, request: TabRequest) -> bool:
        """Shows a photo or uses a run that another tab asks for (`core.qt.tab_requests`)."""
        match request:
            case ShowInExplorer(photo_id=photo_id):
                self._asked_photo = photo_id
                if self._exploring.opened is not None:
                    self._ask_for_photo()
                return True
            case UseRun(run=name):
                self._runs.choose(name)
                return True
            case _:
                return False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._runs.look()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._is_closed = True
        self._runs.close()
        self._exploring.close()
        self._filming.close()
        self._charting.close()
        self._shelf.close()
        self._suspecting.close()
        self._returning.close()
        self._exporting.close()
        self._worker.close()
        self._fetcher.close()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Photos are taken; folders are scrapes, and the window's."""
        if self._exploring.opened is not None and incoming(event.mimeData()):
            event.acceptProposedAction()
            self._drop_overlay.show_over()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_overlay.hide()
        event.acceptProposedAction()
        self._doing.take_incoming(incoming(event.mimeData()))

    # Below this line: how

    def _connect(self) -> None:
        view, exploring, gallery = self._view, self._exploring, self._view.gallery.gallery
        self._suspecting.progressed.connect(self._on_suspecting)
        self._runs.opened.connect(self._on_opened)
        self._runs.emptied.connect(self._update_actions)
        for changed in (
            exploring.results_changed,
            exploring.settings_changed,
            exploring.selection.selected_changed,
            self._showing.listed,
            self._filming.available_changed,
        ):
            changed.connect(self._update_actions)
        self._decoding.decoded.connect(view.query.show_decoded)
        self._worker.state_changed.connect(view.query.show_worker)
        for failed in (
            self._asking.failed,
            self._charting.failed,
            self._steering.failed,
            self._filming.failed,
            self._suspecting.failed,
        ):
            failed.connect(view.show_error)
        self._steering.said.connect(view.show_message)
        self._steering.marks_changed.connect(self._update_actions)
        self._shelf.changed.connect(self._update_actions)
        filmstrip = view.gallery.filmstrip
        filmstrip.activated.connect(lambda row: self._asking.ask_rows([row]))
        self._asking.said.connect(view.show_message)
        self._fetcher.failed.connect(view.show_error)
        self._exporting.failed.connect(view.show_error)
        for saying in (self._doing, self._exporting, self._returning, self._tagging, self._steps):
            saying.said.connect(view.show_message)
        self._steps.facts_changed.connect(self._runs.read_facts_again)
        self._steps.refused.connect(view.show_refusal)
        self._doing.shortcuts_wanted.connect(self._show_shortcuts)
        self._doing.filter_wanted.connect(self._showing.open_filter)
        for wanted in (self._doing.source_wanted, self._returning.source_wanted):
            wanted.connect(self._showing.show_source)
        view.left.connect(gallery.setFocus)
        view.query.example_turned.connect(self._asking.turn)
        view.query.example_removed.connect(self._asking.remove)
        gallery.activated.connect(lambda row: self._asking.ask_rows([row]))
        gallery.context_menu_requested.connect(self._show_context_menu)
        for each in (view.map.map, view.map.second):
            gallery.hovered.connect(each.show_hovered)
            each.activated.connect(lambda row: self._asking.ask_rows([row]))
            each.context_menu_requested.connect(self._show_context_menu)

    def _on_opened(self, opened: OpenedIndex) -> None:
        self._library.use(opened.index.photo_ids)
        self._worker.use(opened.run.folder)
        self._asking.forget()
        self._exploring.open(opened)
        self._view.show_panels()
        self._runs.show_runs()
        self._charting.show_runs()
        if opened.is_of_other_model:
            self._view.show_error(other_model(opened))
        else:
            count = plural(opened.index.size, "photo")
            self._view.show_message(f"{opened.run.name}: {count}")
        self._showing.show_source(Source.NEIGHBOURS)
        self._ask_for_photo()
        self._update_actions()

    def _ask_for_photo(self) -> None:
        photo_id, self._asked_photo = self._asked_photo, None
        opened = self._exploring.opened
        if photo_id is None or opened is None:
            return
        row = opened.index.row_of.get(photo_id)
        if row is None:
            self._view.show_message(
                "That photo is not in this run's index: embed the catalogue again",
                is_refusal=True,
            )
        else:
            self._asking.ask_rows([row])
            self._view.unfold(self._view.gallery)

    # Actions

    def _show_context_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setObjectName("explorer_photo_menu")
        for group in _CONTEXT_MENU:
            for do in group:
                menu.addAction(self._actions[do])
            menu.addSeparator()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _show_shortcuts(self) -> None:
        others = other_menus(self.window(), self._menus)
        ShortcutsSheet(sheet_of(self._actions, Menu, others), self).open()

    def _on_suspecting(self, progress: Progress | None) -> None:
        lists = self._suspecting.lists
        if progress is not None:
            share = f" {progress.done / progress.total:.0%}" if progress.total else ""
            self._view.show_message(f"{progress.stage}…{share}")
        elif lists is not None:
            count = len({finding.row for finding in lists.all()})
            self._view.show_message(
                f"{plural(count, 'photo')} may be wrong, the surest first; S sends them to the "
                "cleaner"
            )

    def _update_actions(self) -> None:
        if not self._is_closed:
            update_actions(self._actions, self._situation())

    def _situation(self) -> Situation:
        exploring = self._exploring
        query = exploring.query
        facts = self._doing.pointed_at()
        item = None if facts is None else facts.item
        return Situation(
            is_open=exploring.opened is not None,
            has_query=query is not None,
            example_count=0 if query is None else len(query.examples),
            listed=len(self._view.gallery.gallery.entries),
            selected=int(exploring.selection.selected.sum()),
            has_page=bool(self._doing.page_of(item)),
            can_go_back=exploring.can_go_back,
            can_go_forward=exploring.can_go_forward,
            is_filtered=not exploring.asked_filter.is_empty,
            is_moved=exploring.is_moved,
            directions=len(self._shelf.shelved),
            marked=self._steering.marked,
            has_epochs=self._filming.is_available,
            has_tags=exploring.opened is not None and bool(exploring.opened.facts.tags),
            is_listing_suspects=self._showing.source is Source.SUSPECTS,
            has_cleaner=ShowItem in self._open_project.answers,
        )
