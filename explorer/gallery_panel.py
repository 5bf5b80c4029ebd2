"""The middle panel: which photos are listed and how is searched, over the gallery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from PyQt5.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.embedding.filters import PhotoFilter
from core.embedding.suspicions import Suspicion
from core.number_words import plural
from core.qt.elided_label import ElidedLabel
from core.qt.key_claims import BUTTON_KEYS, FIELD_KEYS, KeyClaim
from core.qt.tool_button import tool_button
from explorer.actions import Actions, Do
from explorer.exploring import FEWEST, MOST, Settings
from explorer.filmstrip import Filmstrip
from explorer.filter_popup import filter_words
from explorer.gallery import Gallery
from explorer.gallery_tile import Entry


class Source(StrEnum):
    """What a gallery lists."""

    NEIGHBOURS = "Neighbours"
    FOUND = "Found"
    SELECTION = "Selection"
    SUSPECTS = "Suspects"


class GalleryPanel(QWidget):
    """A button for each source, the search's settings, and the photos."""

    source_chosen = pyqtSignal(object)
    """`Source`."""
    count_chosen = pyqtSignal(int)
    """How many neighbours are wanted."""
    one_per_item_chosen = pyqtSignal(bool)
    suspicion_chosen = pyqtSignal(object)
    """`Suspicion` whose list is wanted."""

    def __init__(
        self, actions: Actions, gallery: Gallery, filmstrip: Filmstrip, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.gallery, self.filmstrip = gallery, filmstrip
        self._source = Source.NEIGHBOURS
        self._counts: dict[Source, int] = {}
        self._group = QButtonGroup(self)
        self._sources = {source: self._source_button(source) for source in Source}
        self._count = QSpinBox(self)
        self._count.setObjectName("neighbour_count")
        self._count.setRange(FEWEST, MOST)
        self._count.setSingleStep(10)
        self._count.setKeyboardTracking(False)
        self._count.setToolTip(f"How many neighbours ({actions[Do.MORE].shortcut().toString()})")
        KeyClaim(self._count, FIELD_KEYS)
        self._count.valueChanged.connect(self.count_chosen)
        self._one = QCheckBox("One per item", self)
        self._one.setObjectName("one_per_item")
        self._one.setToolTip(actions[Do.ONE_PER_ITEM].toolTip())
        self._one.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(self._one, BUTTON_KEYS)
        self._one.toggled.connect(self.one_per_item_chosen)
        self.filter_button = tool_button(actions[Do.FILTER], "Filter…", self)
        self._filter = ElidedLabel(self)
        self._filter.setObjectName("filter_words")
        self._filter.setProperty("role", "muted")
        self._clear = tool_button(actions[Do.CLEAR_FILTER], "×", self)
        self._suspicion = QComboBox(self)
        self._suspicion.setObjectName("suspicion")
        self._suspicion.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._suspicion.setToolTip("What is suspected of the photos that are listed")
        self._suspicion.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(self._suspicion, (*BUTTON_KEYS, *FIELD_KEYS))
        for suspicion in Suspicion:
            self._suspicion.addItem(str(suspicion).capitalize(), suspicion)
        self._suspicion.activated.connect(
            lambda _: self.suspicion_chosen.emit(self._suspicion.currentData())
        )
        self._send = tool_button(actions[Do.SEND], "Send to cleaning", self)
        self._suspicion_note = ElidedLabel(self)
        self._suspicion_note.setObjectName("suspicion_note")
        self._suspicion_note.setProperty("role", "muted")
        self._why = QLabel(self)
        self._why.setObjectName("suspect_why")
        self._why.setWordWrap(True)
        self._why.setTextFormat(Qt.TextFormat.PlainText)
        suspects = QHBoxLayout()
        suspects.setContentsMargins(0, 0, 8, 0)
        suspects.setSpacing(4)
        suspects.addWidget(self._suspicion)
        suspects.addStretch(1)
        suspects.addWidget(self._send)
        sources = QHBoxLayout()
        sources.setContentsMargins(0, 0, 8, 0)
        sources.setSpacing(2)
        for button in self._sources.values():
            sources.addWidget(button)
        sources.addStretch(1)
        filters = QHBoxLayout()
        filters.setContentsMargins(0, 0, 8, 0)
        filters.setSpacing(4)
        filters.addWidget(self.filter_button)
        filters.addWidget(self._filter, 1)
        filters.addWidget(self._clear)
        filters.addSpacing(8)
        filters.addWidget(self._count)
        filters.addWidget(self._one)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(sources)
        layout.addLayout(filters)
        layout.addLayout(suspects)
        layout.addWidget(self._suspicion_note)
        layout.addWidget(self._why)
        layout.addWidget(filmstrip)
        layout.addWidget(gallery, 1)
        gallery.current_changed.connect(self._show_why)
        self.show_source(Source.NEIGHBOURS)

    @property
    def source(self) -> Source:
        return self._source

    def show_source(self, source: Source) -> None:
        """Says which source is listed."""
        self._source = source
        for which in Source:
            self._refresh(which)
        is_listing_suspects = source is Source.SUSPECTS
        self._suspicion.setVisible(is_listing_suspects)
        self._send.setVisible(is_listing_suspects)
        self._show_note()
        self._show_why()
        self._count.setVisible(source is Source.NEIGHBOURS)
        self._one.setVisible(source is Source.NEIGHBOURS)

    def show_count(self, source: Source, count: int) -> None:
        """Says how many photos a source has."""
        self._counts[source] = count
        self._refresh(source)

    def show_settings(
        self, settings: Settings, wanted: PhotoFilter, passing: int, total: int
    ) -> None:
        """Says how is searched.

        Args:
            settings: Of the search.
            wanted: The filter that holds.
            passing: Photos that pass the filter.
            total: All photos of the index.
        """
        with QSignalBlocker(self._count), QSignalBlocker(self._one):
            self._count.setValue(settings.k)
            self._one.setChecked(settings.one_per_item)
        words = filter_words(wanted)
        if words:
            self._filter.setText(f"{passing:,} of {plural(total, 'photo')}: {words}")
        else:
            self._filter.setText(
                f"All {plural(total, 'photo')}"
                if passing == total
                else f"{passing:,} of {plural(total, 'photo')}; the rest has gone or changed"
            )
        self._clear.setVisible(bool(words))

    def show_suspicions(self, shown: Suspicion, counts: Mapping[Suspicion, int], note: str) -> None:
        """Says which list of suspects is shown, how many photos each has, and from what it is."""
        self._suspicion_note.setText(note)
        self._show_note()
        for number, suspicion in enumerate(Suspicion):
            count = counts.get(suspicion, 0)
            self._suspicion.setItemText(number, f"{str(suspicion).capitalize()}  {count:,}")
            if suspicion is shown:
                self._suspicion.setCurrentIndex(number)

    def show_entries(self, entries: Sequence[Entry], empty_text: str) -> None:
        """Lists photos; says why where there are none."""
        self.gallery.show_entries(entries, empty_text)
        self._show_why()

    def _show_why(self) -> None:
        """Says what is suspected of the photo that keys are about."""
        entry = self.gallery.current_entry
        why = "" if entry is None or self._source is not Source.SUSPECTS else entry.why
        self._why.setText(f"{why[:1].upper()}{why[1:]}")
        self._why.setVisible(bool(why))

    def _show_note(self) -> None:
        note = self._suspicion_note
        note.setVisible(self._source is Source.SUSPECTS and bool(note.text()))

    def _refresh(self, source: Source) -> None:
        button, count = self._sources[source], self._counts.get(source, 0)
        button.setText(f"{source}  {count:,}" if count else str(source))
        button.setChecked(source is self._source)
        is_offered = count > 0 or source in (self._source, Source.NEIGHBOURS)
        button.setVisible(is_offered)

    def _source_button(self, source: Source) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"source_{source.name.lower()}")
        button.setText(str(source))
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(button, BUTTON_KEYS)
        self._group.addButton(button)
        button.clicked.connect(lambda: self.source_chosen.emit(source))
        return button
