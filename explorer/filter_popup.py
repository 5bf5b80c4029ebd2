"""What is searched: values to tick with how many photos each has, a price range, words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PyQt5.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QShowEvent
from PyQt5.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.embedding.filters import FilterResult, PhotoFilter
from core.embedding.photo_facts import Facet, PhotoFacts
from core.number_words import plural
from core.qt.search_field import SearchField

_FACETS = (
    Facet.CATEGORY,
    Facet.BRAND,
    Facet.SIZE,
    Facet.COLOUR,
    Facet.CONDITION,
    Facet.AVAILABILITY,
    Facet.CLEANED,
)
_COLUMNS = 4
_MOST_LISTED = 200
_LIST_PX = 176
_WIDTH_PX = 206
_TAGS_PX = 58
_BESIDE_WORDS_PX = 52
"""The box to tick, the scroll bar and the gaps between them."""


class FilterPopup(QFrame):
    """The search follows each tick. An empty group stands for all of it."""

    chosen = pyqtSignal(object)
    """`PhotoFilter`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("explorer_filter")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._wanted = PhotoFilter()
        self._lists = {facet: self._make_list(facet) for facet in _FACETS}
        self._tags = self._make_tags()
        # Made in the order in which Tab goes through them.
        self._low, self._high = self._price("from"), self._price("to")
        self._currency = self._make_currency()
        self._text = SearchField("Words of title, brand…", self)
        self._text.setObjectName("filter_text")
        self._text.searched.connect(self._on_text)
        self._range = QLabel(self)
        self._range.setProperty("role", "muted")
        self._kept = QCheckBox("Only photos that are not rejected", self)
        self._kept.setObjectName("filter_kept")
        self._kept.toggled.connect(
            lambda on: self._choose(replace(self._wanted, only_kept=bool(on)))
        )
        clear = QPushButton("Clear", self)
        clear.setObjectName("filter_clear")
        clear.clicked.connect(self._on_clear)
        done = QPushButton("Close", self)
        done.setDefault(True)
        done.clicked.connect(self.close)
        self._count = QLabel(self)
        self._count.setObjectName("filter_count")

        prices = QHBoxLayout()
        for widget in (self._low, QLabel("–", self), self._high, self._currency):
            prices.addWidget(widget)
        prices.addStretch(1)
        last = QVBoxLayout()
        last.addWidget(_heading("Price", self))
        last.addLayout(prices)
        last.addWidget(self._range)
        last.addWidget(_heading("Words", self))
        last.addWidget(self._text)
        last.addSpacing(4)
        last.addWidget(self._kept)
        last.addStretch()
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(10)
        for number, facet in enumerate(_FACETS):
            column = QVBoxLayout()
            column.addWidget(_heading(str(facet).capitalize(), self))
            column.addWidget(self._lists[facet])
            grid.addLayout(column, number // _COLUMNS, number % _COLUMNS)
        grid.addLayout(last, len(_FACETS) // _COLUMNS, len(_FACETS) % _COLUMNS)
        buttons = QHBoxLayout()
        buttons.addWidget(clear)
        buttons.addWidget(self._count)
        buttons.addStretch()
        buttons.addWidget(done)
        layout = QVBoxLayout(self)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(10)
        layout.addLayout(grid)
        layout.addWidget(self._tags_heading)
        layout.addWidget(self._tags)
        layout.addLayout(buttons)

    def show_filter(self, wanted: PhotoFilter, facts: PhotoFacts, result: FilterResult) -> None:
        """Shows what is chosen, and how many photos each value has beside the other choices.

        Args:
            wanted: What was asked for last, which may not hold yet.
            facts: Those that the result is of.
            result: Of the filter that holds.
        """
        if wanted.text != self._wanted.text:
            # Chosen elsewhere. Of what was typed here the last letters may be yet to be told.
            self._text.show_text(wanted.text)
        self._wanted = wanted
        for facet, listed in self._lists.items():
            chosen = wanted.chosen.get(facet, frozenset())
            _fill(listed, facts.facets[facet].values, result.counts.get(facet, ()), chosen)
        for widget in (self._tags_heading, self._tags):
            widget.setVisible(bool(result.tags) or bool(wanted.tags))
        _fill(
            self._tags,
            tuple(sorted({*result.tags, *wanted.tags})),
            [result.tags.get(tag, 0) for tag in sorted({*result.tags, *wanted.tags})],
            wanted.tags,
        )
        for field, price in ((self._low, wanted.price_from), (self._high, wanted.price_to)):
            if not field.hasFocus():
                with QSignalBlocker(field):
                    field.setText("" if price is None else f"{price:g}")
        priced = result.priced
        words = "no prices" if priced is None else f"{priced[0]:g} to {priced[1]:g}"
        self._range.setText(words)
        self._show_currencies(wanted.currency, facts.currencies.values)
        with QSignalBlocker(self._kept):
            self._kept.setChecked(wanted.only_kept)
        self._count.setText(plural(len(result.rows), "photo passes", "photos pass"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._lists[_FACETS[0]].setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.close()
            return
        super().keyPressEvent(event)

    def _make_list(self, facet: Facet) -> QListWidget:
        listed = QListWidget(self)
        listed.setObjectName(f"filter_{facet}")
        listed.setFixedSize(_WIDTH_PX, _LIST_PX)
        listed.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        listed.setTextElideMode(Qt.TextElideMode.ElideRight)
        listed.itemChanged.connect(lambda _: self._on_ticked(facet))
        return listed

    def _make_tags(self) -> QListWidget:
        self._tags_heading = _heading("Tags", self)
        listed = QListWidget(self)
        listed.setObjectName("filter_tags")
        listed.setFlow(QListWidget.Flow.LeftToRight)
        listed.setWrapping(True)
        listed.setFixedHeight(_TAGS_PX)
        listed.itemChanged.connect(lambda _: self._on_tags_ticked())
        return listed

    def _price(self, which: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setObjectName(f"filter_price_{which}")
        field.setPlaceholderText(which)
        field.setFixedWidth(76)
        field.editingFinished.connect(self._on_price)
        return field

    def _make_currency(self) -> QComboBox:
        box = QComboBox(self)
        box.setObjectName("filter_currency")
        box.setToolTip("Which prices are meant: amounts of different currencies do not compare")
        box.activated.connect(
            lambda _: self._choose(replace(self._wanted, currency=box.currentData()))
        )
        return box

    def _show_currencies(self, chosen: str, values: Sequence[str]) -> None:
        """A choice only where there is one."""
        known = sorted({value for value in (*values, chosen) if value})
        self._currency.setVisible(len(known) > 1 or bool(chosen))
        listed = [self._currency.itemData(n) for n in range(self._currency.count())]
        if listed != ["", *known]:
            self._currency.clear()
            for value in ("", *known):
                self._currency.addItem(value or "any", value)
        self._currency.setCurrentIndex(self._currency.findData(chosen))

    def _choose(self, wanted: PhotoFilter) -> None:
        if wanted != self._wanted:
            self._wanted = wanted
            self.chosen.emit(wanted)

    def _on_ticked(self, facet: Facet) -> None:
        listed = self._lists[facet]
        chosen: dict[Facet, frozenset[str]] = {**self._wanted.chosen, facet: _ticked(listed)}
        self._choose(replace(self._wanted, chosen={f: v for f, v in chosen.items() if v}))

    def _on_tags_ticked(self) -> None:
        self._choose(replace(self._wanted, tags=_ticked(self._tags)))

    def _on_text(self, text: str) -> None:
        self._choose(replace(self._wanted, text=text))

    def _on_price(self) -> None:
        self._choose(
            replace(
                self._wanted,
                price_from=_number(self._low.text()),
                price_to=_number(self._high.text()),
            )
        )

    def _on_clear(self) -> None:
        self._choose(PhotoFilter())


def filter_words(wanted: PhotoFilter) -> str:
    """What is chosen: "dresses, tops · blue · under 20"; "" for nothing."""
    parts = [
        ", ".join(value or "not known" for value in sorted(values))
        for _, values in sorted(wanted.chosen.items())
    ]
    if wanted.tags:
        parts.append(f"tagged {', '.join(sorted(wanted.tags))}")
    low, high = wanted.price_from, wanted.price_to
    amounts = ""
    if low is not None and high is not None:
        amounts = f"{low:g} to {high:g}"
    elif low is not None:
        amounts = f"from {low:g}"
    elif high is not None:
        amounts = f"up to {high:g}"
    if amounts:
        parts.append(f"{amounts} {wanted.currency}".strip())
    if wanted.text:
        parts.append(f"“{wanted.text}”")
    if wanted.only_kept:
        parts.append("not rejected")
    return " · ".join(parts)


def _ticked(listed: QListWidget) -> frozenset[str]:
    entries = (listed.item(number) for number in range(listed.count()))
    return frozenset(
        entry.data(Qt.ItemDataRole.UserRole)
        for entry in entries
        if entry is not None and entry.checkState() == Qt.CheckState.Checked
    )


def _fill(
    listed: QListWidget, values: Sequence[str], counts: Sequence[int], chosen: frozenset[str]
) -> None:
    numbers: Mapping[str, int] = dict(zip(values, counts, strict=True)) if counts else {}
    having = sorted(
        (value for value in values if numbers.get(value) or value in chosen),
        key=lambda value: (value not in chosen, -numbers.get(value, 0), value),
    )
    shown, rarer = having[:_MOST_LISTED], len(having) - _MOST_LISTED
    before = (listed.item(number) for number in range(listed.count()))
    known = [entry.data(Qt.ItemDataRole.UserRole) for entry in before if entry is not None]
    named = [value for value in known if value is not None]
    with QSignalBlocker(listed):
        if set(shown) == set(named) and (rarer > 0) == (None in known):
            # Nothing jumps away from under the mouse while values are ticked.
            order = named
        else:
            order = shown
            listed.clear()
            for _ in order:
                entry = QListWidgetItem(listed)
                entry.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            if rarer > 0:
                QListWidgetItem(listed).setFlags(Qt.ItemFlag.NoItemFlags)
        for number, value in enumerate(order):
            line = listed.item(number)
            assert line is not None
            line.setData(Qt.ItemDataRole.UserRole, value)
            line.setText(_line(listed, value, numbers.get(value, 0)))
            line.setToolTip(value)
            line.setCheckState(
                Qt.CheckState.Checked if value in chosen else Qt.CheckState.Unchecked
            )
        last = listed.item(len(order))
        if last is not None:
            last.setText(f"{plural(rarer, 'rarer one')}: by words")


def _line(listed: QListWidget, value: str, count: int) -> str:
    """The value with its count, which is never what gives way."""
    metrics = listed.fontMetrics()
    room = _WIDTH_PX - _BESIDE_WORDS_PX - metrics.horizontalAdvance(f"  {count:,}")
    name = metrics.elidedText(value or "(not known)", Qt.TextElideMode.ElideRight, room)
    return f"{name}  {count:,}"


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _heading(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", "muted")
    return label
