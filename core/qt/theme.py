"""How the program looks: neutral greys, so that garments' colours are judged rightly, one accent.

The greys have no hue at all, for the eye takes its white from what surrounds a photo.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum

from PyQt5.QtCore import QSettings
from PyQt5.QtGui import QColor, QFont, QPalette
from PyQt5.QtWidgets import QApplication, QWidget

from core.qt.style_sheet import style_sheet


class Theme(StrEnum):
    """What the user chooses from."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Colours:
    """Colours by what they are for, as #rrggbb.

    `text` and `text_muted`, and the four that speak (accent, danger, warning, success), have a
    contrast of at least 4.5:1 on `window`, `panel`, `raised` and `plate`.

    Attributes:
        window: Behind everything.
        panel: Side panels, lists and fields.
        raised: Buttons, cards, pop-ups.
        hover: What the mouse is over.
        border: Lines between surfaces, and the outline of fields.
        plate: Behind photos, and where one is not decoded yet.
        text: For reading.
        text_muted: What matters less.
        text_disabled: What cannot be done now; at least 2:1, so that it can be made out.
        accent: Selection, focus and the one main button.
        on_accent: Text on a surface filled with the accent.
        danger: Rejections and failures.
        warning: Suspicions.
        success: Kept and done.
    """

    window: str
    panel: str
    raised: str
    hover: str
    border: str
    plate: str
    text: str
    text_muted: str
    text_disabled: str
    accent: str
    on_accent: str
    danger: str
    warning: str
    success: str


DARK = Colours(
    window="#1f1f1f",
    panel="#262626",
    raised="#333333",
    hover="#3d3d3d",
    border="#4a4a4a",
    plate="#303030",
    text="#ececec",
    text_muted="#ababab",
    text_disabled="#757575",
    accent="#6cb6ff",
    on_accent="#0d1a26",
    danger="#ff857d",
    warning="#e6b84d",
    success="#73c991",
)
LIGHT = Colours(
    window="#f0f0f0",
    panel="#f8f8f8",
    raised="#ffffff",
    hover="#e6e6e6",
    border="#c2c2c2",
    plate="#e2e2e2",
    text="#1b1b1b",
    text_muted="#565656",
    text_disabled="#9a9a9a",
    accent="#0a5cad",
    on_accent="#ffffff",
    danger="#b0231b",
    warning="#7a4f00",
    success="#1a6634",
)

_SETTING = "window/theme"
_MIN_POINT_SIZE = 10.0


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Gives every window the theme; may be called again at any time."""
    dark = _system_is_dark() if theme is Theme.SYSTEM else theme is Theme.DARK
    chosen = DARK if dark else LIGHT
    app.setStyle("Fusion")
    app.setPalette(_palette(chosen))
    font = app.font()
    if font.pointSizeF() < _MIN_POINT_SIZE:
        font.setPointSizeF(_MIN_POINT_SIZE)
        app.setFont(font)
    app.setStyleSheet(style_sheet(chosen))


def chosen_theme() -> Theme:
    """What the user has chosen before; the system's at first."""
    stored = QSettings().value(_SETTING, Theme.SYSTEM)
    return Theme(stored) if stored in list(Theme) else Theme.SYSTEM


def choose_theme(app: QApplication, theme: Theme) -> None:
    """Gives every window the theme, now and at the next start."""
    QSettings().setValue(_SETTING, str(theme))
    apply_theme(app, theme)


def set_role(widget: QWidget, role: str) -> None:
    """Has the style sheet draw a widget as "muted", "error", "warning" or "success"; "" as usual.

    Better than a colour of its own, which would stay that of the theme in which it was set.
    """
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def colours(widget: QWidget) -> Colours:
    """The colours of the theme that the widget is shown in, for code that paints by itself."""
    # Not the widget's own palette: a style sheet that makes its background transparent would have
    # it look black there.
    is_dark = QApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128
    return DARK if is_dark else LIGHT


def scaled_font(widget: QWidget, factor: float, *, bold: bool = False) -> QFont:
    """The widget's font at a multiple of its size, for headings and captions."""
    font = QFont(widget.font())
    font.setPointSizeF(font.pointSizeF() * factor)
    font.setBold(bold)
    return font


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, section 1.4.3)."""
    darker, lighter = sorted((_luminance(QColor(one)), _luminance(QColor(other))))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(v) for v in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _palette(chosen: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for which, colour in (
        (role.Window, chosen.window),
        (role.WindowText, chosen.text),
        (role.Base, chosen.panel),
        (role.AlternateBase, chosen.window),
        (role.Text, chosen.text),
        (role.PlaceholderText, chosen.text_muted),
        (role.Button, chosen.raised),
        (role.ButtonText, chosen.text),
        (role.BrightText, chosen.danger),
        (role.ToolTipBase, chosen.raised),
        (role.ToolTipText, chosen.text),
        (role.Highlight, chosen.accent),
        (role.HighlightedText, chosen.on_accent),
        (role.Link, chosen.accent),
        (role.LinkVisited, chosen.accent),
        (role.Light, chosen.hover),
        (role.Midlight, chosen.raised),
        (role.Mid, chosen.border),
        (role.Dark, chosen.border),
        (role.Shadow, "#000000"),
    ):
        palette.setColor(which, QColor(colour))
    disabled = QPalette.ColorGroup.Disabled
    faded = QColor(chosen.text_muted)
    faded.setAlphaF(0.55)
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(disabled, which, faded)
    palette.setColor(disabled, role.Highlight, QColor(chosen.border))
    return palette


def _system_is_dark() -> bool:
    if sys.platform == "win32":
        personalize = (
            r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
        )
        settings = QSettings(personalize, QSettings.Format.NativeFormat)
        return settings.value("AppsUseLightTheme", 1) in (0, "0")
    command = (
        ["defaults", "read", "-g", "AppleInterfaceStyle"]
        if sys.platform == "darwin"
        else ["gsettings", "get", "org.gnome.desktop.interface", "color-scheme"]
    )
    # Qt 5 cannot say it. A desktop without the program is taken to be light.
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=0.5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return "dark" in answer.stdout.lower()
