"""The explorer's surface: query, gallery and map side by side; it decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QByteArray, QSettings, QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.errors import UserError, displayable
from core.qt.elided_combo_box import ElidedComboBox
from core.qt.elided_label import ElidedLabel
from core.qt.empty_page import EmptyPage
from core.qt.key_claims import BUTTON_KEYS, FIELD_KEYS, KeyClaim
from core.qt.photo_loader import PhotoLoader
from core.qt.search_field import SearchField
from core.qt.theme import set_role
from core.qt.tool_button import tool_button
from explorer.actions import Actions, Do
from explorer.gallery_panel import GalleryPanel
from explorer.map_panel import MapPanel
from explorer.query_panel import QueryPanel

_SPLITTER = "explorer/splitter"
_WIDTHS = (300, 556, 510)


class ExplorerView(QWidget):
    """Three panels under a line that says which run is explored, over one that says what happened.

    Attributes:
        loader: The photos that dialogs over this view show.
        empty: What is shown in their place while no index is open.
    """

    run_chosen = pyqtSignal(str)
    """The name of a run."""
    searched = pyqtSignal(str)
    """Words to find photos by."""
    left = pyqtSignal()
    """The search field was left: the keys belong to the photos again."""

    def __init__(
        self,
        query: QueryPanel,
        gallery: GalleryPanel,
        map_panel: MapPanel,
        actions: Actions,
        buttons: Sequence[QPushButton],
        loader: PhotoLoader,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.loader = loader
        self.query, self.gallery, self.map = query, gallery, map_panel
        self.empty = EmptyPage(buttons, self)
        self._runs = ElidedComboBox(self)
        self._runs.setObjectName("run_choice")
        self._runs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._runs.setToolTip("Which run's embeddings are explored")
        self._runs.setMinimumContentsLength(20)
        self._runs.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        KeyClaim(self._runs, (*BUTTON_KEYS, *FIELD_KEYS))
        self._runs.activated.connect(lambda _: self.run_chosen.emit(self._runs.currentText()))
        self._facts = ElidedLabel(self)
        self._facts.setProperty("role", "muted")
        self._facts.setObjectName("run_facts")
        self._search = SearchField("Find a photo: title, brand, id…", self)
        self._search.setObjectName("explorer_search")
        self._search.setToolTip(actions[Do.FIND].toolTip())
        self._search.searched.connect(self.searched)
        self._search.taken.connect(self.left)
        self._search.left.connect(self.left)
        self._message = ElidedLabel(self)
        self._message.setObjectName("explorer_message")
        self._bar = self._top_bar()
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setObjectName("explorer_splitter")
        self._splitter.setHandleWidth(3)
        for panel in (query, gallery, map_panel):
            self._splitter.addWidget(panel)
        for number, stretch in enumerate((0, 1, 1)):
            self._splitter.setStretchFactor(number, stretch)
        query.setMinimumWidth(260)
        gallery.setMinimumWidth(200)
        map_panel.setMinimumWidth(240)
        stored = QSettings().value(_SPLITTER)
        if not (isinstance(stored, QByteArray) and self._splitter.restoreState(stored)):
            self._splitter.setSizes(list(_WIDTHS))
        self._splitter.splitterMoved.connect(self._remember)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._splitter)
        self._pages.addWidget(self.empty)
        foot = QHBoxLayout()
        foot.setContentsMargins(14, 2, 8, 3)
        foot.setSpacing(2)
        foot.addWidget(self._message, 1)
        for do, text in ((Do.BACK, "Back"), (Do.FORWARD, "Forward"), (Do.SHORTCUTS, "Keys")):
            foot.addWidget(tool_button(actions[do], text, self))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._bar)
        layout.addWidget(self._pages, 1)
        layout.addLayout(foot)

    def show_runs(self, names: Sequence[str], current: str, facts: str) -> None:
        """Lists the runs, and says what is known of the current one's index."""
        with QSignalBlocker(self._runs):
            self._runs.clear()
            self._runs.addItems(list(names))
            self._runs.setCurrentText(current)
        self._facts.setText(facts)
        self._bar.setVisible(bool(names))

    def show_panels(self) -> None:
        self._pages.setCurrentIndex(0)

    def show_empty(self, title: str, text: str) -> None:
        """Says why there is nothing to explore."""
        self.empty.show_reason(title, text)
        self._pages.setCurrentIndex(1)

    def show_message(self, text: str, *, is_refusal: bool = False) -> None:
        """Says what happened, or why nothing did."""
        set_role(self._message, "error" if is_refusal else "")
        self._message.setText(text)

    def show_error(self, error: UserError) -> None:
        """Says what went wrong and what to do; where comes last, for it may be cut off."""
        where = "" if error.path is None else f" ({displayable(error.path)})"
        told = ". ".join(part.rstrip(".") for part in (error.message, error.remedy) if part)
        self.show_message(f"{told}.{where}", is_refusal=True)

    @property
    def message(self) -> str:
        """What was said last."""
        return self._message.text()

    def show_refusal(self, text: str) -> None:
        """Says why nothing happened."""
        self.show_message(text, is_refusal=True)

    def focus_search(self) -> None:
        self._search.setFocus()
        self._search.selectAll()

    def toggle(self, panel: QWidget) -> None:
        """Folds a panel away, or brings it back; the last one stays."""
        at = self._splitter.indexOf(panel)
        sizes = self._splitter.sizes()
        others = [number for number, size in enumerate(sizes) if size and number != at]
        if not others:
            return
        if sizes[at]:
            sizes[others[-1]] += sizes[at]
            sizes[at] = 0
        else:
            sizes[at] = _WIDTHS[at]
            widest = max(others, key=lambda number: sizes[number])
            sizes[widest] = max(1, sizes[widest] - _WIDTHS[at])
        self._splitter.setSizes(sizes)
        self._remember()

    def unfold(self, panel: QWidget) -> None:
        """Brings a panel back where it is folded away."""
        if not self._splitter.sizes()[self._splitter.indexOf(panel)]:
            self.toggle(panel)

    def _top_bar(self) -> QWidget:
        bar = QWidget(self)
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 6, 8, 2)
        row.setSpacing(8)
        label = QLabel("Run", bar)
        label.setProperty("role", "muted")
        row.addWidget(label)
        row.addWidget(self._runs)
        row.addWidget(self._facts, 1)
        self._search.setMinimumWidth(180)
        self._search.setMaximumWidth(320)
        row.addWidget(self._search, 1)
        return bar

    def _remember(self) -> None:
        QSettings().setValue(_SPLITTER, self._splitter.saveState())
