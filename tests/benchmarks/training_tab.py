"""How long the window is held up while it shows runs whose curves and logs are long.

    python tests/benchmarks/training_tab.py [--points 100000] [--runs 200] [--seconds 20]

Runs' folders are written by hand: one at work that has told so many points and tells twenty more a
second, three finished ones with as many, one with a log of as many lines, and short ones to fill
the table. The window opens the long one for the first time, watches it, pans and points, compares
it with the three, and shows the long log. Every turn of the event loop is timed, by the clock and
by the GUI thread's own processor time (which other programs on the machine cannot lengthen). The
named alternative: pyqtgraph's own drawing of the same points, without thinning.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np

LIMIT_MS = 100.0
GROWING = """
import sys, time
sys.path[:0] = sys.argv[1:2]
from pathlib import Path
from core.training.run_events import Stepped, append_event
step = int(sys.argv[3])
while True:
    step += 1
    append_event(Path(sys.argv[2]), Stepped(step, 1, 0.5, 1e-3, 100.0, 0.01, time.time()))
    time.sleep(0.05)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pickglass-") as home:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_RUNTIME_DIR"] = home
        measure(Path(home), arguments.points, arguments.runs, arguments.seconds)


def measure(home: Path, points: int, runs: int, seconds: float) -> None:
    from PyQt5.QtWidgets import QPlainTextEdit, QWidget

    from core.project import create_project
    from core.qt.application import start_application
    from core.qt.open_project import OpenProject
    from core.qt.training.actions import Page
    from core.qt.training.tab import build_training_tab

    project = create_project(home / "long.pickglass")
    run = make_runs(project, points, runs)
    app = start_application()
    opened = OpenProject(project, ("false",))
    tab = build_training_tab(opened, None)
    tab.resize(1366, 700)
    tab.show()
    turns = Turns(app)
    turns.until(lambda: tab.findChild(QWidget, "workbench") is not None)
    bench = tab.findChild(QWidget, "workbench")
    turns.until(lambda: bench._rows)
    print(f"loading and making the tab, with {len(bench._rows)} runs: {turns.worst()}")
    bench.view.runs.select(["long"])
    bench._on_selected(["long"])
    curves = bench.view.run.curves
    turns.until(lambda: len(curves._runs) == 1 and len(curves._runs[0].snapshot.step) >= points)
    print(f"first opening of {points:,} points: {turns.worst()}")
    code = ["-c", GROWING, str(ROOT), str(run.events_file), str(points)]
    with subprocess.Popen([sys.executable, *code]) as worker:
        turns.last(seconds)
        print(f"{seconds:.0f} s of watching: {turns.worst()}")
        loss = curves.loss
        began = time.monotonic()
        while time.monotonic() - began < seconds / 2:
            turns.turn(partial(pan, loss, (time.monotonic() - began) / seconds, points))
        print(f"panning and pointing: {turns.worst()}")
        compared = bench.view.compare.curves
        names = ["long", "other 1", "other 2", "other 3"]
        bench.view.runs.select(names)
        bench._on_selected(names)
        turns.until(
            lambda: (
                len(compared._runs) == len(names)
                and all(len(each.snapshot.step) >= points for each in compared._runs)
            )
        )
        turns.last(seconds / 4)
        print(f"comparing {len(names)} runs, one of them at work: {turns.worst()}")
        worker.kill()
    bench.view.run.show_page(Page.LOG)
    bench.view.runs.select(["talker"])
    bench._on_selected(["talker"])
    log = tab.findChild(QPlainTextEdit, "run_log")
    turns.until(lambda: log.blockCount() >= points)
    print(f"opening a log of {log.blockCount():,} lines: {turns.worst()}")
    bar = log.verticalScrollBar()
    for at in np.linspace(0, 1, 50):
        bar.setValue(int(at * bar.maximum()))
        turns.turn()
    print(f"scrolling through it: {turns.worst()}")
    thinned, whole = drawing_times(app, compared._runs[0].snapshot)
    print(f"drawing {points:,} points: thinned {thinned:.1f} ms, by pyqtgraph alone {whole:.1f} ms")
    tab.close()
    opened.close()


def make_runs(project, points: int, short: int):
    """The runs; returns the long one that is at work."""
    from made_runs import make_run, occupy

    from core.training.run_events import RunState, Told, to_line

    for number in range(short):
        make_run(project, f"short {number}", epochs_done=1, steps_per_epoch=5)
    talker = make_run(project, "talker", epochs_done=1, steps_per_epoch=5)
    told = (Told(f"epoch {line} of many: loss 0.123, {line} photos") for line in range(points))
    talker.events_file.write_bytes(b"".join(to_line(event) for event in told))
    run = make_run(
        project, "long", epochs_done=50, steps_per_epoch=points // 50, state=RunState.RUNNING
    )
    for number in range(1, 4):
        other = make_run(project, f"other {number}", epochs_done=1, steps_per_epoch=5)
        other.events_file.write_bytes(run.events_file.read_bytes())
    occupy(run)
    return run


def pan(panel, share: float, points: int) -> None:
    """What dragging a plot and pointing into it come to."""
    panel._box.setXRange(share * points, (share + 0.4) * points, padding=0)
    panel.pointed_at.emit((share + 0.2) * points)


class Turns:
    """Turns the event loop and times each turn."""

    def __init__(self, app) -> None:
        self._app = app
        self._wall: list[float] = []
        self._processor: list[float] = []

    def turn(self, act=None) -> None:
        wall, processor = time.perf_counter(), time.thread_time()
        if act is not None:
            act()
        self._app.processEvents()
        self._wall.append(1000 * (time.perf_counter() - wall))
        self._processor.append(1000 * (time.thread_time() - processor))
        time.sleep(0.002)

    def until(self, holds) -> None:
        while not holds():
            self.turn()

    def last(self, seconds: float) -> None:
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            self.turn()

    def worst(self) -> str:
        wall, processor = np.array(self._wall), np.array(self._processor)
        self._wall, self._processor = [], []
        over = int((processor > LIMIT_MS).sum())
        return (
            f"longest turn {wall.max():.0f} ms by the clock, {processor.max():.0f} ms of processor "
            f"time; 99.9 % within {np.quantile(wall, 0.999):.0f} ms; {over} of {len(wall):,} turns "
            f"over {LIMIT_MS:.0f} ms of processor time"
        )


def drawing_times(app, snapshot) -> tuple[float, float]:
    """Milliseconds of processor time to draw the loss: thinned here, and by pyqtgraph alone."""
    import pyqtgraph as pg

    from core.qt.training.plot_line import Line
    from core.qt.training.plot_panel import PlotPanel

    line = Line("Loss", "#6cb6ff", snapshot.step, snapshot.loss)
    panel = PlotPanel("bench", "Loss", None)
    panel.resize(1000, 250)
    panel.show()
    plain = pg.PlotWidget()
    plain.resize(1000, 250)
    plain.show()
    curve = plain.plot(snapshot.step, snapshot.loss)

    def thinned() -> None:
        panel.show_lines([line])
        panel.show_steps(0, snapshot.step[-1])

    def whole() -> None:
        curve.setData(snapshot.step, snapshot.loss)

    times = []
    for draw, widget in ((thinned, panel), (whole, plain)):
        measured = []
        for _ in range(7):
            began = time.thread_time()
            draw()
            app.processEvents()
            widget.repaint()
            measured.append(1000 * (time.thread_time() - began))
        times.append(float(np.median(measured)))
    return times[0], times[1]


if __name__ == "__main__":
    main()
