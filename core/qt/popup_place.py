"""Where a popup opens: below its button, as far as the screen has room."""

from __future__ import annotations

from PyQt5.QtCore import QPoint, QRect, QSize
from PyQt5.QtWidgets import QWidget

_GAP_PX = 2


def show_below(popup: QWidget, button: QWidget) -> None:
    """Opens a popup below a button; further up or to the left where it would leave the screen."""
    below = button.mapToGlobal(QPoint(0, button.height() + _GAP_PX))
    popup.move(place_on(button.screen().availableGeometry(), below, popup.sizeHint()))
    popup.show()


def place_on(screen: QRect, wanted: QPoint, size: QSize) -> QPoint:
    """The corner of what is shown, as near to the wanted one as it fits; the upper left if not."""
    left = min(wanted.x(), screen.right() + 1 - size.width())
    top = min(wanted.y(), screen.bottom() + 1 - size.height())
    return QPoint(max(screen.left(), left), max(screen.top(), top))
