"""Photos in rows and columns, as many as there are: only what is in view is read and decoded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from PyQt5.QtCore import QEvent, QPoint, QRect, QSettings, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PyQt5.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from core.catalogue.records import Photo
from core.qt.elided_label import as_tooltip
from core.qt.photo_loader import Answer, PhotoLoader, Wish
from core.qt.photo_words import known_problem
from core.qt.pixel_cache import photo_key
from core.qt.theme import colours, scaled_font
from explorer.entries import rows_of
from explorer.gallery_cursor import GalleryCursor
from explorer.gallery_grid import GAP_PX, GalleryGrid
from explorer.gallery_tile import PAD_PX, Entry, Look, paint_entry, tooltip_of, words_height
from explorer.library import Library
from explorer.selection import Rows, Selection

_SMALLEST_PX, _LARGEST_PX = 84, 420
_SIZE_STEP = 1.2
_SIZE_SETTING = "explorer/photo_px"
_USUAL_SHARE = 1 / 12
"""Of the screen's width: four photos in a row beside query and map, wherever that is."""
_SETTLE_MS = 60


class Gallery(QAbstractScrollArea):
    """Shows entries in order; what is selected in it is selected everywhere."""

    activated = pyqtSignal(int)
    """Row: double click, or Return on the current one."""
    current_changed = pyqtSignal()
    """The keyboard is at another entry."""
    hovered = pyqtSignal(object)
    """Row under the mouse, or None."""
    context_menu_requested = pyqtSignal(QPoint)
    """Global position; what it is about is selected."""
    painted = pyqtSignal()
    """Every photo in view shows its own picture, or says why it cannot."""

    def __init__(
        self,
        selection: Selection,
        library: Library,
        loader: PhotoLoader,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._selection = selection
        self._library = library
        self._loader = loader
        self._entries: Sequence[Entry] = ()
        self._cursor = GalleryCursor(selection, np.empty(0, np.int64))
        self._hovered: int | None = None
        self._photo_px = int(QSettings().value(_SIZE_SETTING, 0, type=int)) or _usual_size(self)
        self._empty_text = ""
        self._awaits_painted = False
        self.setFont(scaled_font(self, 0.88))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._ask)
        loader.answered.connect(self._on_answered)
        selection.selected_changed.connect(self.viewport().update)
        library.changed.connect(self._on_library_changed)

    # What is shown

    @property
    def entries(self) -> Sequence[Entry]:
        return self._entries

    def show_entries(self, entries: Sequence[Entry], empty_text: str = "") -> None:
        """Shows other entries, from the top; where there are none, says why."""
        rows = rows_of(entries)
        same_place = np.array_equal(rows, self._cursor.rows)
        self._entries = entries
        self._empty_text = empty_text
        if not same_place:
            self._cursor.reset(rows)
            self._hovered = None
            self.verticalScrollBar().setValue(0)
        self._awaits_painted = True
        self._lay_out()
        self._ask()

    def rows(self) -> Rows:
        """The rows of all entries, in order; not to be written to."""
        return self._cursor.rows

    def reveal(self, row: int) -> None:
        """Scrolls to a row's entry."""
        number = self._number_of(row)
        if number is not None:
            before, self._cursor.current = self._cursor.current, number
            self._show_step(before)

    @property
    def current_entry(self) -> Entry | None:
        """The entry that the keyboard is at."""
        return self._entries[self._cursor.current] if self._entries else None

    @property
    def current_row(self) -> int | None:
        """The row of that entry."""
        return None if self.current_entry is None else self.current_entry.row

    def go_on(self, by: int = 1, *, extends: bool = False) -> None:
        """Goes so many entries on and selects that one, or all on the way."""
        before = self._cursor.current
        if self._cursor.step(by, extends=extends):
            self._show_step(before)

    def select_all(self) -> None:
        """Selects all that is listed, in view or not."""
        self._selection.select(self.rows())

    def resize_photos(self, steps: int) -> None:
        """Makes the photos larger, or smaller where negative."""
        size = round(self._photo_px * _SIZE_STEP**steps)
        self._photo_px = min(_LARGEST_PX, max(_SMALLEST_PX, size))
        QSettings().setValue(_SIZE_SETTING, self._photo_px)
        self._lay_out()
        self._settle.start()

    def entry_rect(self, row: int) -> QRect:
        """Where a row's entry lies in the viewport; empty where it is not listed."""
        number = self._number_of(row)
        return QRect() if number is None else self._in_viewport(self._grid().rect(number))

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        shades = colours(self)
        ratio = self.devicePixelRatioF()
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(event.rect(), QColor(shades.window))
        if not self._entries:
            painter.setPen(QColor(shades.text_muted))
            area = self.viewport().rect().adjusted(24, 24, -24, -24)
            wrapped = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(area, wrapped, self._empty_text)
        view = self._view()
        selected = self._selection.selected
        first, end = self._grid().numbers_in(event.rect().translated(0, view.top()))
        facts = self._library.facts_of([entry.row for entry in self._entries[first:end]])
        is_whole = True
        for number, fact in zip(range(first, end), facts, strict=True):
            entry = self._entries[number]
            answer = None if fact.photo is None else self._loader.look_up(self._wish(fact.photo))
            look = Look(
                self._in_viewport(self._grid().rect(number)),
                None if answer is None else answer.rendition,
                "" if answer is None else answer.failure,
                bool(selected[entry.row]),
                number == self._cursor.current and self.hasFocus(),
                number == self._hovered,
            )
            paint_entry(painter, entry, fact, look, shades, ratio)
            shows_something = look.rendition is not None or look.failure
            if fact.photo is not None and not known_problem(fact.photo) and not shows_something:
                is_whole = False
        painter.end()
        if is_whole and self._awaits_painted and self.viewport().rect() == event.rect():
            self._awaits_painted = False
            QTimer.singleShot(0, self.painted.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()
        self._settle.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._settle.stop()
        self._loader.wish(self, [])

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        self._settle.start()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.resize_photos(1 if event.angleDelta().y() > 0 else -1)
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Selects: a click one, with Ctrl one more or less, with Shift a range."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        held = event.modifiers()
        self._cursor.click(
            self._number_at(event.pos()),
            extends=bool(held & Qt.KeyboardModifier.ShiftModifier),
            toggles=bool(held & Qt.KeyboardModifier.ControlModifier),
        )
        self.viewport().update()
        self.current_changed.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        number = self._number_at(event.pos())
        if event.button() == Qt.MouseButton.LeftButton and number is not None:
            self.activated.emit(self._entries[number].row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._number_at(event.pos()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go to a neighbour and select it, with Shift all on the way; Return activates."""
        key = event.key()
        step = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._grid().columns,
            Qt.Key.Key_Down: self._grid().columns,
        }.get(Qt.Key(key))
        if step is not None and self._entries:
            extends = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.go_on(step, extends=extends)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._entries:
            if not event.isAutoRepeat():
                self.activated.emit(self._entries[self._cursor.current].row)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        number = self._number_at(event.pos()) if by_mouse else self._cursor.current
        if number is None or not self._entries:
            return
        row = self._entries[number].row
        if not self._selection.selected[row]:
            self._selection.select([row])
        at = event.globalPos()
        if not by_mouse:
            at = self.viewport().mapToGlobal(self.entry_rect(row).center())
        self.context_menu_requested.emit(at)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = self._number_at(event.pos())
            text = ""
            if number is not None:
                entry = self._entries[number]
                text = tooltip_of(entry, self._library.facts(entry.row))
            shown = as_tooltip(text).replace("\n", "<br>")
            QToolTip.showText(event.globalPos(), shown, self.viewport())
            return True
        return super().viewportEvent(event)

    # Below this line: how

    def _grid(self) -> GalleryGrid:
        height = self._photo_px + 2 * PAD_PX + words_height(self.fontMetrics())
        width = self.viewport().width()
        return GalleryGrid(len(self._entries), width, self._photo_px + 2 * PAD_PX, height)

    def _number_at(self, point: QPoint) -> int | None:
        at = point + QPoint(0, self.verticalScrollBar().value())
        return self._grid().number_at(at)

    def _number_of(self, row: int) -> int | None:
        numbers = np.flatnonzero(self._cursor.rows == row)
        return int(numbers[0]) if len(numbers) else None

    def _view(self) -> QRect:
        return self.viewport().rect().translated(0, self.verticalScrollBar().value())

    def _in_viewport(self, rect: QRect) -> QRect:
        return rect.translated(0, -self.verticalScrollBar().value())

    def _lay_out(self) -> None:
        grid = self._grid()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, grid.height - self.viewport().height()))
        bar.setEnabled(bar.maximum() > 0)  # its place stays, so that nothing is laid out anew
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(max(1, grid.cell_height // 2))
        self.viewport().update()

    def _wish(self, photo: Photo) -> Wish:
        ratio = self.devicePixelRatioF()
        width = self._grid().rect(0).width() - 2 * PAD_PX
        return Wish(photo, round(width * ratio), round(self._photo_px * ratio))

    def _ask(self) -> None:
        """Wishes for what is in view, then for the page below."""
        if not self.isVisible():
            return
        view = self._view()
        first, end = self._grid().numbers_in(view)
        _, later = self._grid().numbers_in(view.translated(0, view.height()))
        self._loader.wish(self, self._wishes(first, end), self._wishes(end, later))
        self.viewport().update()

    def _wishes(self, first: int, end: int) -> list[Wish]:
        facts = self._library.facts_of([entry.row for entry in self._entries[first:end]])
        photos = (fact.photo for fact in facts)
        return [self._wish(p) for p in photos if p is not None and not known_problem(p)]

    def _on_answered(self, answer: Answer) -> None:
        if not self.isVisible():
            return
        key = photo_key(answer.photo)
        first, end = self._grid().numbers_in(self._view())
        facts = self._library.facts_of([entry.row for entry in self._entries[first:end]])
        self._update(
            number
            for number, fact in zip(range(first, end), facts, strict=True)
            if fact.photo is not None and photo_key(fact.photo) == key
        )
        self._awaits_painted = self._awaits_painted or bool(end > first)

    def _on_library_changed(self) -> None:
        self.viewport().update()
        self._settle.start()

    def _show_step(self, before: int) -> None:
        """Scrolls to where the keyboard is now."""
        number = self._cursor.current
        self._update([before, number])
        cell, view, bar = self._grid().rect(number), self._view(), self.verticalScrollBar()
        if cell.top() < view.top():
            bar.setValue(cell.top() - GAP_PX)
        elif cell.bottom() > view.bottom():
            bar.setValue(bar.value() + cell.bottom() - view.bottom() + GAP_PX)
        self.current_changed.emit()

    def _hover(self, number: int | None) -> None:
        if number == self._hovered:
            return
        before, self._hovered = self._hovered, number
        self._update(n for n in (before, number) if n is not None)
        self.hovered.emit(None if number is None else self._entries[number].row)

    def _update(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.viewport().update(self._in_viewport(self._grid().rect(number)))


def _usual_size(widget: QWidget) -> int:
    wide = widget.screen().availableGeometry().width() * _USUAL_SHARE
    return min(_LARGEST_PX, max(_SMALLEST_PX + 32, round(wide)))
