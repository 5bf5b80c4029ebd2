"""Everything that can be done in a comparison, with its keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QWidget


@dataclass(frozen=True)
class Spec:
    """How one thing is called, reached and explained.

    Attributes:
        repeats: Whether a held key does it again and again.
        is_kept_down: Whether it is a state that is on or off.
        needs_several: Whether one photo alone makes no sense of it.
        family: Things of one family share a line in a sheet of shortcuts, which reads so.
    """

    text: str
    keys: tuple[str, ...]
    tip: str
    repeats: bool = False
    is_kept_down: bool = False
    needs_several: bool = False
    family: str = ""


def _choice(number: int) -> Spec:
    return Spec(
        f"Photo {number}",
        (str(number),),
        f"Choose photo {number}; in place, show it",
        needs_several=True,
        family="Choose a photo; in place, show it",
    )


def _direction(text: str) -> Spec:
    return Spec(
        text,
        (f"Shift+{text}",),
        f"Look further {text.lower()} (or drag)",
        repeats=True,
        family="Look at another part (or drag)",
    )


class Do(Enum):
    """What can be done, in the order of the sheet of shortcuts."""

    SIDE_BY_SIDE = Spec(
        "Side by side",
        ("V",),
        "Each photo beside the others",
        is_kept_down=True,
        needs_several=True,
    )
    IN_PLACE = Spec(
        "Blink",
        ("Space",),
        "All photos in one place by turns; again for the next",
        is_kept_down=True,
        needs_several=True,
    )
    DIFFERENCE = Spec(
        "Difference",
        ("I",),
        "By how much two photos differ: black where they are alike",
        is_kept_down=True,
        needs_several=True,
    )
    WEAKER = Spec("−", ("[",), "Show differences more weakly", needs_several=True)
    STRONGER = Spec("+", ("]",), "Show differences more strongly", needs_several=True)
    ALIGN = Spec(
        "Aligned",
        ("G",),
        "Lay copies on photo 1, mirrored, turned, cropped or bordered as they are",
        is_kept_down=True,
        needs_several=True,
    )
    PHOTO_1 = _choice(1)
    PHOTO_2 = _choice(2)
    PHOTO_3 = _choice(3)
    PHOTO_4 = _choice(4)
    NATURAL = Spec(
        "1:1",
        ("0",),
        "Each pixel as one of the screen's (small photos: twice as large), or the whole again",
    )
    ZOOM_IN = Spec("Zoom in", ("+", "="), "Zoom in (or turn the wheel)", repeats=True)
    ZOOM_OUT = Spec("Zoom out", ("-",), "Zoom out (or turn the wheel)", repeats=True)
    LEFT = _direction("Left")
    RIGHT = _direction("Right")
    UP = _direction("Up")
    DOWN = _direction("Down")


CHOICES = (Do.PHOTO_1, Do.PHOTO_2, Do.PHOTO_3, Do.PHOTO_4)
MODES = (Do.SIDE_BY_SIDE, Do.IN_PLACE, Do.DIFFERENCE)


def build_actions(
    widget: QWidget, handlers: Mapping[Do, Callable[[], object]]
) -> dict[Do, QAction]:
    """A QAction for each thing, with its family; its keys work while the widget has the focus."""
    actions = {}
    for do in Do:
        spec, handler = do.value, handlers[do]
        action = QAction(spec.text, widget)
        action.setObjectName(f"compare_{do.name.lower()}")
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.setAutoRepeat(spec.repeats)
        action.setCheckable(spec.is_kept_down)
        action.setData(spec.family)
        action.setToolTip(f"{spec.tip} ({spec.keys[0]})")
        action.triggered.connect(lambda _, handler=handler: handler())
        widget.addAction(action)
        actions[do] = action
    return actions
