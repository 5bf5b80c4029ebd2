"""What is suspected of the item's photos, why, and what the user can say to it."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtGui import QMouseEvent, QResizeEvent
from PyQt5.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cleaner.shown_item import ShownItem, hints_together, in_brief
from core.catalogue.records import Hint, HintKind, Item, Photo, RejectReason, Verdict
from core.number_words import in_a_row, plural
from core.qt.key_claims import BUTTON_KEYS, KeyClaim

_MOST_CARDS = 40
"""An item with more hints shows the surest; thirty photos that are all copies have fewer."""
_MOST_ELSEWHERE = 4
"""Of other items that hold some of the photos: a shop's table of sizes is in all of them."""


class HintCards(QWidget):
    """A card for each hint, surest first."""

    accepted = pyqtSignal(object)
    """`Hint`: its photo is to be rejected for its reason."""
    denied = pyqtSignal(object)
    """Tuple of `Hint`, of one kind: they are wrong. For copies: they are no duplicates; else: the
    photo is kept."""
    pointed_at = pyqtSignal(object)
    """Tuple of `Hint`: their photos are to be selected."""
    compare_wanted = pyqtSignal(object)
    """`Hint`: its photos are to be set against each other."""
    other_wanted = pyqtSignal(object)
    """`Hint`: the other item is to be shown."""
    join_wanted = pyqtSignal(object)
    """`Hint`: the other item is to be merged into this one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._cards: list[_Card] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 4)
        self._layout.setSpacing(6)
        self._none = QLabel("Nothing is suspected", self)
        self._none.setProperty("role", "muted")
        self._layout.addWidget(self._none)
        self._more = _text_label(self)
        self._more.setObjectName("more_hints")
        self._more.setProperty("role", "muted")
        self._layout.addWidget(self._more)

    def show_hints(self, shown: ShownItem | None, elsewhere: Mapping[int, Item]) -> None:
        """Shows an item's hints.

        Args:
            shown: The item; None for nothing.
            elsewhere: The items that photos of other items are in, by photo id.
        """
        hints, left_out = _chosen(shown, elsewhere)
        self._more.setText(
            f"Photos of this item are in {plural(left_out, 'more item')}" if left_out else ""
        )
        self._more.setVisible(left_out > 0)
        self._none.setVisible(shown is not None and not hints)
        while len(self._cards) < len(hints):
            card = _Card(self)
            card.setObjectName(f"hint_{len(self._cards)}")
            self._cards.append(card)
            self._layout.insertWidget(self._layout.count() - 1, card)
        for at, card in enumerate(self._cards):
            card.setVisible(at < len(hints))
            if shown is not None and at < len(hints):
                card.show_hints(shown, hints[at], elsewhere)


def _chosen(
    shown: ShownItem | None, elsewhere: Mapping[int, Item]
) -> tuple[list[tuple[Hint, ...]], int]:
    """The hints to show, and how many more other items hold photos of this one."""
    if shown is None:
        return [], 0
    chosen: list[tuple[Hint, ...]] = []
    others = 0
    for hints in hints_together(shown.hints, elsewhere):
        is_elsewhere = hints[0].kind is HintKind.IN_OTHER_ITEM
        others += is_elsewhere
        if not is_elsewhere or others <= _MOST_ELSEWHERE:
            chosen.append(hints)
    return chosen[:_MOST_CARDS], max(0, others - _MOST_ELSEWHERE)


class _Card(QFrame):
    def __init__(self, cards: HintCards) -> None:
        super().__init__(cards)
        self.setProperty("role", "card")
        self.setToolTip("Click to select the photos that it speaks of")
        self._hints: tuple[Hint, ...] = ()
        self._title = _text_label(self)
        self._why = _text_label(self)
        self._why.setProperty("role", "muted")
        self._accept = QPushButton(self)
        self._deny = QPushButton(self)
        self._join = QPushButton("Join…", self)
        self._join.setToolTip("Put that item's photos into this one")
        self._compare = QPushButton("Compare", self)
        self._compare.setToolTip("Set both photos against each other (C)")
        self._other = QPushButton("Show", self)
        self._other.setToolTip("Go to that item; the other way back is Previous or Undo")
        for name, button, signal in (
            ("accept", self._accept, cards.accepted),
            ("join", self._join, cards.join_wanted),
            ("compare", self._compare, cards.compare_wanted),
            ("other", self._other, cards.other_wanted),
        ):
            button.setObjectName(f"hint_{name}")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            KeyClaim(button, BUTTON_KEYS)
            button.clicked.connect(lambda _=False, tell=signal: tell.emit(self._hints[0]))
        self._deny.setObjectName("hint_deny")
        self._deny.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(self._deny, BUTTON_KEYS)
        self._deny.clicked.connect(lambda: cards.denied.emit(self._hints))
        self._pointed_at = cards.pointed_at
        # More than two do not fit beside each other on a small screen.
        self._rows: list[QHBoxLayout] = []
        for buttons in ((self._accept, self._compare, self._join), (self._other, self._deny)):
            row = QHBoxLayout()
            row.setSpacing(6)
            for button in buttons:
                row.addWidget(button)
            row.addStretch()
            self._rows.append(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(4)
        layout.addWidget(self._title)
        layout.addWidget(self._why)
        for row in self._rows:
            layout.addLayout(row)

    def show_hints(
        self, shown: ShownItem, hints: tuple[Hint, ...], elsewhere: Mapping[int, Item]
    ) -> None:
        self._hints, hint = hints, hints[0]
        number = shown.numbers.get(hint.photo_id, 0)
        photo = shown.by_id.get(hint.photo_id)
        is_elsewhere = hint.kind is HintKind.IN_OTHER_ITEM
        is_copy = hint.kind.reason is RejectReason.DUPLICATE
        if is_elsewhere:
            other_item = elsewhere.get(hint.other_photo_id or 0)
            where = "another item" if other_item is None else f"“{other_item.title}”"
            numbers = sorted({shown.numbers.get(each.photo_id, 0) for each in hints})
            title = f"{in_a_row(numbers)} {'is' if len(numbers) == 1 else 'are'} also in {where}"
        else:
            how = f", {hint.relation}" if hint.relation else ""
            title = f"{number}: {in_brief(shown, hint)}{how}"
        self._title.setText(title + (_verdict_after(photo) if len(hints) == 1 else ""))
        other = shown.numbers.get(hint.other_photo_id or 0)
        better = f"{other} is better: {hint.better_why}" if other and hint.better_why else ""
        self._why.setText("\n".join(part for part in (hint.why, better) if part))
        self._why.setVisible(bool(self._why.text()))
        is_open = photo is not None and photo.verdict is Verdict.UNDECIDED
        self._accept.setVisible(not is_elsewhere)
        self._accept.setText(f"Reject {number}")
        self._accept.setToolTip(f"Reject photo {number}: {hint.kind.reason}")
        self._accept.setEnabled(is_open)
        self._deny.setText(
            "Not a duplicate" if is_copy else "Different" if is_elsewhere else f"Keep {number}"
        )
        self._deny.setToolTip(
            "These are different photos; never say so again"
            if is_copy or is_elsewhere
            else f"Photo {number} belongs to the item"
        )
        self._deny.setEnabled(is_copy or is_elsewhere or is_open)
        self._compare.setVisible(hint.other_photo_id is not None)
        self._join.setVisible(is_elsewhere)
        self._other.setVisible(is_elsewhere)
        row = self._rows[self._compare.isVisibleTo(self)]
        if row.indexOf(self._deny) < 0:
            row.insertWidget(row.count() - 1, self._deny)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """As narrow as the panel is: buttons that do not fit beside each other go below."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Puts buttons below each other where they do not fit beside each other."""
        margins = self.layout().contentsMargins()
        room = self.width() - margins.left() - margins.right()
        for row in self._rows:
            buttons = [row.itemAt(at).widget() for at in range(row.count())]
            shown = [button for button in buttons if button is not None and not button.isHidden()]
            wanted = sum(button.sizeHint().width() + row.spacing() for button in shown)
            fits = wanted - row.spacing() <= room
            row.setDirection(
                QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
            )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._hints:
            self._pointed_at.emit(self._hints)


def _text_label(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _verdict_after(photo: Photo | None) -> str:
    if photo is None or photo.verdict is Verdict.UNDECIDED:
        return ""
    return " — rejected" if photo.verdict is Verdict.REJECTED else " — kept"
