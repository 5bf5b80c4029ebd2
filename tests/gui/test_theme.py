import pytest
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import QLabel, QPlainTextEdit, QWidget

from core.qt.theme import DARK, LIGHT, Theme, colours, contrast, set_role
from core.qt.themed_label import ThemedLabel

BOTH = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])


def test_contrast_is_that_of_the_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#123456", "#123456") == 1.0


@BOTH
@pytest.mark.parametrize("surface", ["window", "panel", "raised", "hover", "plate"])
@pytest.mark.parametrize("ink", ["text", "text_muted", "accent", "danger", "warning", "success"])
def test_text_can_be_read_on_every_surface(theme, surface, ink):
    assert contrast(getattr(theme, ink), getattr(theme, surface)) >= 4.5


@BOTH
@pytest.mark.parametrize("surface", ["window", "panel", "raised"])
def test_what_is_disabled_can_be_made_out_and_told_from_the_rest(theme, surface):
    background = getattr(theme, surface)
    assert contrast(theme.text_disabled, background) >= 2
    assert contrast(theme.text_muted, background) > 1.5 * contrast(theme.text_disabled, background)


@BOTH
def test_text_can_be_read_on_filled_surfaces(theme):
    assert contrast(theme.on_accent, theme.accent) >= 4.5


@BOTH
def test_what_surrounds_photos_has_no_hue(theme):
    for name in (
        "window",
        "panel",
        "raised",
        "hover",
        "border",
        "plate",
        "text",
        "text_muted",
        "text_disabled",
    ):
        assert QColor(getattr(theme, name)).saturation() == 0


@pytest.mark.parametrize("role", ["muted", "error", "warning", "success"])
def test_a_label_has_its_roles_colour_also_in_a_theme_that_is_chosen_later(show_theme, qtbot, role):
    label = QLabel("open")
    qtbot.addWidget(label)
    ink = {"muted": "text_muted", "error": "danger"}.get(role, role)
    set_role(label, role)
    for theme, shades in ((Theme.LIGHT, LIGHT), (Theme.DARK, DARK)):
        show_theme(theme)
        label.ensurePolished()
        colour = label.palette().color(label.foregroundRole())
        assert colour.name() == QColor(getattr(shades, ink)).name()


def test_coloured_words_have_the_colours_of_a_theme_that_is_chosen_later(show_theme, qtbot):
    label = ThemedLabel()
    qtbot.addWidget(label)
    show_theme(Theme.LIGHT)
    label.say(lambda shades: f'<span style="color:{shades.accent}">●</span>')
    assert LIGHT.accent in label.text()
    show_theme(Theme.DARK)
    assert label.text() == f'<span style="color:{DARK.accent}">●</span>'


@pytest.mark.parametrize(("theme", "expected"), [(Theme.DARK, DARK), (Theme.LIGHT, LIGHT)])
def test_a_widget_finds_the_colours_of_its_theme(show_theme, qtbot, theme, expected):
    show_theme(theme)
    widget = QWidget()
    qtbot.addWidget(widget)
    assert colours(widget) == expected
    widget.setStyleSheet("background: transparent")
    widget.ensurePolished()
    assert colours(widget) == expected


def test_between_two_scroll_bars_there_is_nothing_to_be_seen(show_theme, qtbot):
    show_theme(Theme.LIGHT)
    text = QPlainTextEdit("a long line " * 50 + "\n" * 50)
    text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    qtbot.addWidget(text)
    text.resize(200, 200)
    text.show()
    picture = text.grab().toImage()
    side, below = text.verticalScrollBar().geometry(), text.horizontalScrollBar().geometry()
    assert side.width() > 5
    assert below.height() > 5
    corner = {
        picture.pixelColor(x, y).name()
        for x in range(190 - side.width(), 190)
        for y in range(190 - below.height(), 190)
    }
    assert corner == {LIGHT.panel}
