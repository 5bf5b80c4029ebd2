"""What each action does: one method or call for every member of `Do`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PyQt5.QtCore import QObject, QUrl, pyqtSignal
from PyQt5.QtGui import QDesktopServices, QGuiApplication
from PyQt5.QtWidgets import QFileDialog, QInputDialog, QLineEdit

from core.catalogue.records import Item
from core.embedding.filters import PhotoFilter
from core.embedding.index import Metric
from core.errors import displayable
from core.qt.comparison import MOST_PHOTOS
from core.qt.open_project import OpenProject
from core.qt.tab_requests import ShowItem
from explorer.actions import Do
from explorer.asking import Asking
from explorer.compare_dialog import CompareDialog
from explorer.crop_dialog import CropDialog
from explorer.exploring import FEWEST, MOST, Exploring
from explorer.exporting import Exporting
from explorer.exports import Listed
from explorer.gallery_panel import Source
from explorer.incoming import Incoming, PhotoFetcher, incoming, names_of
from explorer.library import Facts, Library
from explorer.listing import Listing
from explorer.map_gesture import Tool
from explorer.view import ExplorerView

_ZOOM_STEP = 1.5
_TITLES = {
    Source.FOUND: "Photos that were found",
    Source.SELECTION: "Selected photos",
    Source.SUSPECTS: "Photos that may be wrong",
}
"""Of an exported page, where it does not hold the query's neighbours."""
_PHOTO_FILES = "Photos (*.jpg *.jpeg *.png *.webp *.heic *.avif *.gif *.bmp *.tif *.tiff);;All (*)"


class Doing(QObject):
    """Carries actions out, asking first where something needs to be asked."""

    shortcuts_wanted = pyqtSignal()
    filter_wanted = pyqtSignal()
    source_wanted = pyqtSignal(object)
    """`Source` that the gallery should list."""
    said = pyqtSignal(str)

    def __init__(
        self,
        open_project: OpenProject,
        exploring: Exploring,
        asking: Asking,
        library: Library,
        listing: Listing,
        fetcher: PhotoFetcher,
        exporting: Exporting,
        view: ExplorerView,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._open_project = open_project
        self._exploring = exploring
        self._asking = asking
        self._library = library
        self._listing = listing
        self._fetcher = fetcher
        self._exporting = exporting
        self._view = view
        fetcher.fetched.connect(self._on_fetched)

    def handlers(self) -> Mapping[Do, Callable[[], None]]:
        """What to call for each action."""
        view, exploring, selection = self._view, self._exploring, self._exploring.selection
        gallery = view.gallery.gallery
        return {
            Do.FIND: view.focus_search,
            Do.OPEN_FILE: self._ask_for_files,
            Do.PASTE: self._paste,
            Do.OPEN_URL: self._ask_for_url,
            Do.USE_SELECTED: self._use_selected,
            Do.MORE_LIKE: partial(self._add_selected, is_wanted=True),
            Do.LESS_LIKE: partial(self._add_selected, is_wanted=False),
            Do.CROP: self._crop,
            Do.BACK: partial(exploring.go, -1),
            Do.FORWARD: partial(exploring.go, 1),
            Do.COPY_VALUES: self._copy_values,
            Do.MORE: partial(self._scale_count, 2.0),
            Do.FEWER: partial(self._scale_count, 0.5),
            Do.ONE_PER_ITEM: self._toggle_one_per_item,
            Do.OTHER_METRIC: self._toggle_metric,
            Do.FILTER: self.filter_wanted.emit,
            Do.CLEAR_FILTER: partial(self._filter, PhotoFilter()),
            Do.COMPARE: self._compare,
            Do.WEB_PAGE: self._open_page,
            Do.EXPORT_LIST: lambda: self._exporting.ask_for_list(self.listed()),
            Do.EXPORT_PAGE: self._export_page,
            Do.MOVE: partial(view.map.show_tool, Tool.MOVE),
            Do.LASSO: partial(view.map.show_tool, Tool.LASSO),
            Do.RECTANGLE: partial(view.map.show_tool, Tool.RECTANGLE),
            Do.ZOOM_IN: lambda: view.map.active_map().zoom_by(_ZOOM_STEP),
            Do.ZOOM_OUT: lambda: view.map.active_map().zoom_by(1 / _ZOOM_STEP),
            Do.FIT: self._fit,
            Do.FIT_SELECTION: self._fit_selection,
            Do.SELECT_LISTED: gallery.select_all,
            Do.SELECT_NONE: partial(selection.select, []),
            Do.INVERT: selection.invert,
            Do.SHOW_SELECTION: partial(self.source_wanted.emit, Source.SELECTION),
            Do.SHOW_NEIGHBOURS: partial(self.source_wanted.emit, Source.NEIGHBOURS),
            Do.COPY_IDS: self._copy_paths,
            Do.SHOW_ITEM: self._show_item,
            Do.LARGER: partial(gallery.resize_photos, 1),
            Do.SMALLER: partial(gallery.resize_photos, -1),
            Do.TOGGLE_QUERY: partial(view.toggle, view.query),
            Do.TOGGLE_GALLERY: partial(view.toggle, view.gallery),
            Do.TOGGLE_MAP: partial(view.toggle, view.map),
            Do.SHORTCUTS: self.shortcuts_wanted.emit,
        }

    # What others want done

    def take_incoming(self, what: Incoming) -> None:
        """Makes a query of what was dropped or pasted."""
        if what.files:
            self.said.emit(f"Looking at {names_of(what.files)}…")
            self._asking.ask_files(what.files)
        elif what.image is not None:
            self._fetcher.store(what.image)
        elif what.urls:
            self.said.emit(f"Fetching {what.urls[0]}…")
            self._fetcher.fetch(what.urls[0])

    def listed(self) -> list[Listed]:
        """What the gallery in front lists, with what is known of it."""
        entries = self._view.gallery.gallery.entries
        facts = self._library.facts_of([entry.row for entry in entries])
        return [Listed(entry, fact) for entry, fact in zip(entries, facts, strict=True)]

    def pointed_at(self) -> Facts | None:
        """The photo that single-photo actions are about: the first selected, or the query's."""
        rows = self._exploring.selection.selected_rows()
        if len(rows):
            current = self._view.gallery.gallery.current_row
            return self._library.facts(
                current if current is not None and current in rows else int(rows[0])
            )
        current = self._view.gallery.gallery.current_row
        if self._view.gallery.source is Source.SUSPECTS and current is not None:
            return self._library.facts(current)
        query = self._exploring.query
        rows_of_query = [] if query is None else query.rows
        return self._library.facts(rows_of_query[0]) if rows_of_query else None

    # Below this line: how

    def _ask_for_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self._view, "Photos to look for", "", _PHOTO_FILES)
        if names:
            self.take_incoming(Incoming(files=tuple(map(Path, names))))

    def _paste(self) -> None:
        what = incoming(QGuiApplication.clipboard().mimeData())
        if what:
            self.take_incoming(what)
        else:
            self.said.emit("There is no picture, photo file or web address on the clipboard")

    def _ask_for_url(self) -> None:
        url, is_given = QInputDialog.getText(
            self._view, "Photo on the web", "Its address:", QLineEdit.EchoMode.Normal, "https://"
        )
        if is_given and url.strip():
            self.take_incoming(Incoming(urls=(url.strip(),)))

    def _on_fetched(self, file: Path, url: str) -> None:
        title = url.rsplit("/", 1)[-1].split("?")[0] if url else "Picture from the clipboard"
        self._asking.ask_files([file], url=url, title=title or url)

    def _selected(self) -> list[int]:
        return [int(row) for row in self._exploring.selection.selected_rows()]

    def _use_selected(self) -> None:
        self._asking.ask_rows(self._selected())

    def _add_selected(self, *, is_wanted: bool) -> None:
        self._asking.add_rows(self._selected(), is_wanted=is_wanted)

    def _crop(self) -> None:
        query = self._exploring.query
        if query is None or len(query.examples) != 1:
            return
        photo = query.examples[0].photo
        dialog = CropDialog(photo.file, photo.crop, self._view)
        dialog.chosen.connect(self._asking.crop)
        dialog.open()

    def _copy_values(self) -> None:
        vector = self._exploring.moved_vector()
        if vector is not None:
            words = ", ".join(f"{value:.6g}" for value in vector)
            QGuiApplication.clipboard().setText(f"[{words}]")
            self.said.emit(f"Copied {len(vector)} numbers")

    def _scale_count(self, factor: float) -> None:
        settings = self._exploring.settings
        k = round(settings.k * factor)
        self._exploring.change(replace(settings, k=min(MOST, max(FEWEST, k))))

    def _toggle_one_per_item(self) -> None:
        settings = self._exploring.settings
        self._exploring.change(replace(settings, one_per_item=not settings.one_per_item))

    def _toggle_metric(self) -> None:
        other: Metric = "l2" if self._exploring.metric == "angular" else "angular"
        self._exploring.change(replace(self._exploring.settings, metric=other))
        name = "distance (L2)" if other == "l2" else "angle"
        self.said.emit(f"Photos are compared by {name} now")

    def _filter(self, wanted: PhotoFilter) -> None:
        self._exploring.filter(wanted)

    def _compare(self) -> None:
        if self._view.gallery.source is Source.SUSPECTS and self._compare_suspect():
            return
        query = self._exploring.query
        if query is None:
            return
        rows = [row for row in self._selected() if row not in query.rows]
        order = {row: rank for rank, row in enumerate(self._view.gallery.gallery.rows().tolist())}
        rows.sort(key=lambda row: order.get(row, len(order)))
        facts = self._library.facts_of(rows[: MOST_PHOTOS - 1])
        photos = [fact.photo for fact in facts if fact.photo is not None]
        if photos:
            names = {photo.id: "neighbour" for photo in photos}
            first = query.wanted[0].photo
            CompareDialog(
                self._view.loader, [first, *photos], {**names, first.id: "the query"}, self._view
            ).open()
        else:
            self.said.emit("Select a photo other than the query to compare it with")

    def _compare_suspect(self) -> bool:
        """Shows a suspect beside what speaks against it: the other photo, or its own item's."""
        row = self._view.gallery.gallery.current_row
        finding = next((each for each in self._listing.suspects() if each.row == row), None)
        opened = self._exploring.opened
        if finding is None or opened is None:
            return False
        others = [finding.other_row]
        if finding.other_row is None:
            of_item = np.flatnonzero(opened.facts.item_of == opened.facts.item_of[finding.row])
            others = [other for other in of_item.tolist() if other != finding.row]
        rows = [finding.row, *(other for other in others if other is not None)]
        photos = [
            fact.photo
            for fact in self._library.facts_of(rows[:MOST_PHOTOS])
            if fact.photo is not None
        ]
        if not photos:
            return False
        name = "of its item" if finding.other_row is None else "of another item"
        names = {photo.id: name for photo in photos}
        CompareDialog(
            self._view.loader, photos, {**names, photos[0].id: "the suspect"}, self._view
        ).open()
        return True

    def page_of(self, item: Item | None) -> str:
        """The web page of an item, or ""."""
        url = "" if item is None else item.metadata.url
        return url if url.startswith(("http://", "https://")) else ""

    def _open_page(self) -> None:
        facts = self.pointed_at()
        url = self.page_of(None if facts is None else facts.item)
        if url:
            QDesktopServices.openUrl(QUrl(url))

    def _export_page(self) -> None:
        query, photo = self._exploring.query, None
        title = _TITLES.get(self._view.gallery.source, "")
        if query is not None and not title:
            title, photo = f"Neighbours of {query.title}", query.wanted[0].photo
        self._exporting.ask_for_page(title, photo, self.listed())

    def _fit(self) -> None:
        for each in (self._view.map.map, self._view.map.second):
            each.fit()

    def _fit_selection(self) -> None:
        rows = self._exploring.selection.selected_rows()
        if not len(rows):
            rows = self._exploring.results.rows
        for each in (self._view.map.map, self._view.map.second):
            each.fit_rows(np.asarray(rows))

    def _copy_paths(self) -> None:
        facts = self._library.facts_of(self._selected())
        paths = [displayable(fact.photo.file) for fact in facts if fact.photo is not None]
        QGuiApplication.clipboard().setText("\n".join(paths))
        self.said.emit(f"Copied {len(paths):,} paths")

    def _show_item(self) -> None:
        facts = self.pointed_at()
        if facts is not None and facts.photo is not None:
            request = ShowItem(facts.photo.item_id, facts.photo.id)
            self._open_project.requested.emit(request)
