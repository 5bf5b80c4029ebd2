"""What was measured of a direction, on photos that it was not learned from."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from core.embedding.directions.learning import BEST_AXIS, RANDOM
from core.embedding.directions.records import ALIKE, STABLE, Curve, DirectionReport, cosine
from core.number_words import plural
from core.qt.theme import scaled_font
from explorer.curve_plot import CurvePlot, PlottedCurve
from explorer.direction_shelf import Shelved

_LEVELS = (0.3, 0.5, 0.7)


class ReportDialog(QDialog):
    """Curves of P and C beside those of what one would compare with, and the numbers below."""

    def __init__(self, shelved: Shelved, others: Sequence[Shelved], parent: QWidget) -> None:
        """Shows one of the directions beside which there are others."""
        super().__init__(parent)
        report = shelved.direction.report
        assert report is not None
        self.setObjectName("report_dialog")
        self.setWindowTitle(f"Direction: {shelved.name}")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = QLabel(shelved.name, self)
        title.setFont(scaled_font(self, 1.4, bold=True))
        told = _text(
            f"Learned by {report.chosen} from {plural(report.positive, 'photo')} of "
            f"{plural(report.positive_items, 'item')} with it and {report.negative:,} without; "
            f"tried on {plural(report.queries, 'query', 'queries')} of the other half of the "
            "items.",
            self,
        )
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addWidget(told)
        for number, warning in enumerate(shelved.warnings):
            label = QLabel(warning, self)
            label.setObjectName(f"report_warning_{number}")
            label.setWordWrap(True)
            label.setProperty("role", "error")
            layout.addWidget(label)
        unit = "°" if shelved.direction.metric == "angular" else ""
        plots = QHBoxLayout()
        share = CurvePlot("P: share of the top ten that bear it", unit, self)
        share.show_curves(share_curves(report), report.curve.limit)
        plots.addWidget(share)
        colour_lines = colour_curves(report)
        if colour_lines:
            colour = CurvePlot("C: share within ΔE 20 of the query's colour", unit, self)
            colour.show_curves(colour_lines, report.curve.limit)
            plots.addWidget(colour)
        layout.addLayout(plots, 1)
        layout.addLayout(_numbers(report, unit, self))
        likeness = _text(_likeness_words(shelved, others), self)
        likeness.setObjectName("report_likeness")
        layout.addWidget(likeness)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        room = parent.window().size()
        self.resize(min(940, int(room.width() * 0.95)), min(620, int(room.height() * 0.95)))


def share_curves(report: DirectionReport) -> list[PlottedCurve]:
    """P of the slider's curve and of those beside it."""
    return [
        PlottedCurve(
            curve.name,
            tuple((point.extent, point.share) for point in curve.points),
            _colour(curve, report),
            is_dashed=curve.name in (RANDOM, BEST_AXIS),
        )
        for curve in report.curves
    ]


def colour_curves(report: DirectionReport) -> list[PlottedCurve]:
    """C likewise, of those where it is known."""
    return [
        PlottedCurve(
            curve.name,
            tuple(
                (point.extent, point.colour) for point in curve.points if point.colour is not None
            ),
            _colour(curve, report),
            is_dashed=curve.name in (RANDOM, BEST_AXIS),
        )
        for curve in report.curves
        if any(point.colour is not None for point in curve.points)
    ]


def _colour(curve: Curve, report: DirectionReport) -> str:
    if curve.name == report.chosen:
        return "accent"
    return {RANDOM: "text_muted", BEST_AXIS: "warning"}.get(curve.name, "success")


def _likeness_words(shelved: Shelved, others: Sequence[Shelved]) -> str:
    found = [
        (other.name, cosine(shelved.direction, other.direction))
        for other in others
        if other.name != shelved.name and other.direction.report is not None
    ]
    if not found:
        return "There is no other direction yet that it could be compared with."
    found.sort(key=lambda pair: -abs(pair[1]))
    words = ", ".join(f"{name} {value:+.2f}" for name, value in found)
    return f"Cosine to the other directions: {words} (from {ALIKE} on, nearly the same)."


def _text(words: str, parent: QWidget) -> QLabel:
    label = QLabel(words, parent)
    label.setWordWrap(True)
    label.setProperty("role", "muted")
    return label


def _numbers(report: DirectionReport, unit: str, parent: QWidget) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    heading = [
        "",
        "best P",
        *(f"C at P {level:.1f}" for level in _LEVELS),
        "slider ends at",
        "different photos there",
    ]
    rows = [heading]
    curves = [*report.curves, *([report.strict] if report.strict is not None else [])]
    for curve in curves:
        rows.append(
            [
                curve.name + (" (the slider)" if curve.name == report.chosen else ""),
                f"{curve.best_share:.2f}",
                *(_share(curve.colour_at(level)) for level in _LEVELS),
                f"{curve.limit:.3g}{'' if curve is report.strict else unit}",
                f"{curve.within_limit[-1].distinct:,}",
            ]
        )
    resting = report.curve.points[0]
    at_rest = [_share(resting.colour), "–", "–", "", f"{resting.distinct:,}"]
    rows.append(["no move", f"{resting.share:.2f}", *at_rest])
    filtered = _share(report.filter_colour)
    rows.append(["plain filter, query unmoved", "1.00", filtered, filtered, filtered, "", ""])
    for line, row in enumerate(rows):
        for column, text in enumerate(row):
            label = QLabel(text, parent)
            if line == 0 or column == 0:
                label.setProperty("role", "muted")
            grid.addWidget(label, line, column)
    stability = "–" if report.stability is None else f"{report.stability:.2f}"
    below = QLabel(
        f"Stability between the two halves: {stability} (settled from {STABLE} on). "
        f"Base rate: {report.base_rate:.1%} of the photos searched bear it.",
        parent,
    )
    below.setProperty("role", "muted")
    grid.addWidget(below, len(rows), 0, 1, len(heading))
    grid.setColumnStretch(len(heading), 1)
    return grid


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
