"""Colours of curves: told apart on the greys of either theme, and by those who see red as green.

The eight of Okabe and Ito (2008), lightened for the dark theme and darkened for the light one
until each has a contrast of 3:1 on the panels.
"""

from __future__ import annotations

from PyQt5.QtWidgets import QWidget

from core.qt.theme import DARK, colours

_ON_DARK = ("#6cb6ff", "#f0a53a", "#4fc9a0", "#f27f6b", "#cf9bd9", "#e8dc5a", "#9fd4f5", "#b8b8b8")
_ON_LIGHT = ("#0a5cad", "#b35f00", "#007a58", "#b53a26", "#8f4d96", "#7d7100", "#2b87b8", "#5f5f5f")


def run_colours(widget: QWidget) -> tuple[str, ...]:
    """Colours for several runs, in the order in which they are to be used."""
    return _ON_DARK if colours(widget) == DARK else _ON_LIGHT


def top_colours(widget: QWidget) -> tuple[str, str, str]:
    """The colours of Top-1, Top-5 and Top-10 of one run."""
    first, second, third, *_ = run_colours(widget)
    return first, second, third
