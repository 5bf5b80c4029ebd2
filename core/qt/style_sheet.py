"""The style sheet: what Fusion and a palette cannot say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.qt.theme import Colours


_STYLES = Path(__file__).resolve().parents[2] / "resources" / "styles"


def style_sheet(colours: Colours) -> str:
    """The application's style sheet in these colours.

    Object properties that widgets may set: `role` "main" (the one main button of a view),
    "danger" (a button that rejects or deletes), "muted", "warning", "error" (labels), "card"
    (a raised frame), "padded" (a table along the window's rim).
    """
    c = colours
    return f"""
QToolTip {{ color: {c.text}; background: {c.raised}; border: 1px solid {c.border}; padding: 4px; }}
QMenuBar {{ background: {c.window}; padding: 2px 4px; }}
QMenuBar::item {{ padding: 4px 10px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {c.hover}; }}
QMenu {{ background: {c.raised}; border: 1px solid {c.border}; padding: 4px; }}
QMenu::item {{ padding: 5px 28px 5px 24px; border-radius: 4px; }}
QMenu::item:selected {{ background: {c.accent}; color: {c.on_accent}; }}
QMenu::item:disabled {{ color: {c.text_disabled}; }}
QMenu::separator {{ height: 1px; background: {c.border}; margin: 4px 6px; }}
QStatusBar {{ background: {c.window}; border-top: 1px solid {c.border}; }}
QStatusBar::item {{ border: none; }}

QPushButton {{
    background: {c.raised}; color: {c.text}; border: 1px solid {c.border}; border-radius: 5px;
    padding: 5px 14px;
}}
QPushButton:hover {{ background: {c.hover}; }}
QPushButton:pressed {{ background: {c.border}; }}
QPushButton:disabled {{ background: {c.window}; color: {c.text_disabled}; }}
QPushButton:focus {{ border: 2px solid {c.accent}; padding: 4px 13px; }}
QPushButton[role="main"] {{
    background: {c.accent}; color: {c.on_accent}; border: 1px solid {c.accent};
}}
QPushButton[role="main"]:focus {{ border: 2px solid {c.text}; }}
QPushButton[role="main"]:disabled {{
    background: {c.window}; color: {c.border}; border-color: {c.border};
}}
QPushButton[role="danger"] {{ color: {c.danger}; border-color: {c.danger}; }}
QPushButton[role="danger"]:focus {{ border: 2px solid {c.danger}; }}

QToolButton {{
    background: transparent; border: 1px solid transparent; border-radius: 5px; padding: 4px 6px;
}}
QToolButton:hover {{ background: {c.hover}; }}
QToolButton:checked {{ background: {c.hover}; border-color: {c.border}; }}
QToolButton:focus {{ border: 2px solid {c.accent}; padding: 3px 5px; }}

QLineEdit, QPlainTextEdit, QTextEdit {{
    background: {c.panel}; border: 1px solid {c.border}; border-radius: 5px; padding: 4px 6px;
    selection-background-color: {c.accent}; selection-color: {c.on_accent};
}}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {{
    border: 2px solid {c.accent}; padding: 3px 5px;
}}

QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QComboBox {{
    combobox-popup: 0;
    background: {c.raised}; border: 1px solid {c.border}; border-radius: 5px; padding: 4px 8px;
}}
QComboBox:hover {{ background: {c.hover}; }}
QComboBox:focus {{ border: 2px solid {c.accent}; padding: 3px 7px; }}
QComboBox::drop-down {{
    subcontrol-origin: border; subcontrol-position: center right; border: none; width: 25px;
}}
QComboBox::down-arrow {{ image: url({_image("chevron", c)}); width: 12px; height: 12px; }}

QCheckBox::indicator, QAbstractItemView::indicator {{
    width: 15px; height: 15px; border: 1px solid {c.text_muted}; border-radius: 3px;
    background: {c.panel};
}}
QCheckBox::indicator:hover {{ border-color: {c.accent}; }}
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {{
    background: {c.accent}; border-color: {c.accent}; image: url({_image("tick", c)});
}}
QCheckBox:focus, QRadioButton:focus {{ color: {c.accent}; }}
QRadioButton::indicator {{
    width: 14px; height: 14px; border: 1px solid {c.text_muted}; border-radius: 8px;
    background: {c.panel};
}}
QRadioButton::indicator:hover {{ border-color: {c.accent}; }}
QRadioButton::indicator:checked {{
    width: 6px; height: 6px; border: 5px solid {c.accent}; background: {c.on_accent};
}}

QAbstractItemView {{
    background: {c.panel}; border: 1px solid {c.border}; outline: none;
    alternate-background-color: {c.window};
}}
QComboBox QAbstractItemView {{
    selection-background-color: {c.accent}; selection-color: {c.on_accent};
}}
QAbstractItemView:focus {{ border: 1px solid {c.accent}; }}
QTableView[role="padded"] {{ border: none; }}
QTableView[role="padded"]::item {{ padding-left: 6px; }}
QHeaderView {{ background: {c.window}; border: none; }}
QHeaderView::section {{
    background: {c.window}; color: {c.text_muted}; border: none; padding: 5px 4px;
    border-bottom: 1px solid {c.border};
}}

QFrame#filter_popup, QFrame#explorer_filter, QFrame#category_popup {{
    background: {c.panel}; border: 1px solid {c.text_muted};
}}

QTableView[role="padded"] QHeaderView::section {{ padding-left: 9px; }}

QTabWidget::pane {{ border: none; border-top: 1px solid {c.border}; }}
QTabBar::tab {{
    background: transparent; color: {c.text_muted}; padding: 7px 18px;
    border-bottom: 2px solid transparent;
}}
QTabWidget#setup_sides QTabBar::tab {{ padding: 7px 12px; }}
QTabBar::tab:hover {{ color: {c.text}; }}
QTabBar::tab:selected {{ color: {c.text}; border-bottom: 2px solid {c.accent}; }}
QTabBar::tab:focus {{ color: {c.accent}; }}

QProgressBar {{
    background: {c.plate}; border: none; border-radius: 3px; height: 6px;
    color: {c.text}; text-align: center;
}}
QProgressBar::chunk {{ background: {c.accent}; border-radius: 3px; }}
QSplitter::handle {{ background: {c.border}; }}
QSplitter::handle:hover {{ background: {c.accent}; }}

QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {c.border}; border-radius: 4px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {c.text_muted}; }}
QScrollBar::handle:disabled {{ background: transparent; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

QAbstractScrollArea::corner {{ background: transparent; border: none; }}

QLabel[role="muted"] {{ color: {c.text_muted}; }}
QLabel[role="error"] {{ color: {c.danger}; }}
QLabel[role="warning"] {{ color: {c.warning}; }}
QLabel[role="success"] {{ color: {c.success}; }}
QFrame[role="card"] {{
    background: {c.panel}; border: 1px solid {c.border}; border-radius: 8px;
}}
"""


def _image(name: str, colours: Colours) -> str:
    theme = "dark" if colours.window < colours.text else "light"
    return (_STYLES / f"{name}_{theme}.png").as_posix()
