"""The photo under the mouse, beside it: what a point of the map is."""

from __future__ import annotations

from PyQt5.QtCore import QPoint, QSize, Qt
from PyQt5.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from core.qt.elided_label import ElidedLabel
from core.qt.photo_loader import PhotoLoader
from explorer.gallery_tile import item_words, tag_words
from explorer.library import Facts
from explorer.photo_box import PhotoBox

_WIDTH_PX, _PHOTO_PX = 168, 156
_AWAY_PX = 18


class HoverCard(QFrame):
    """Lies on its parent and never under the mouse."""

    def __init__(self, loader: PhotoLoader, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("hover_card")
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._photo = PhotoBox(loader, _PHOTO_PX, self)
        self._photo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._title = ElidedLabel(self)
        self._words = ElidedLabel(self)
        self._words.setProperty("role", "muted")
        self._tags = ElidedLabel(self)
        self._tags.setObjectName("hover_tags")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(2)
        for widget in (self._photo, self._title, self._words, self._tags):
            layout.addWidget(widget)
        self.hide()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH_PX, self.layout().sizeHint().height())

    def show_facts(self, facts: Facts, at: QPoint) -> None:
        """Shows a photo beside a point, in the parent's coordinates."""
        self._photo.show_photo(facts.photo)
        self._title.setText(facts.title or "No longer in the catalogue")
        self._words.setText(item_words(facts.item))
        self._words.setVisible(facts.item is not None)
        tags = tag_words(facts.photo)
        self._tags.setText(tags)
        self._tags.setVisible(bool(tags))
        size = self.sizeHint()
        room = self.parentWidget().rect()
        left = at.x() + _AWAY_PX
        if left + size.width() > room.width():
            left = at.x() - _AWAY_PX - size.width()
        top = min(max(0, at.y() - size.height() // 2), max(0, room.height() - size.height()))
        self.setGeometry(left, top, size.width(), size.height())
        self.show()
        self.raise_()
