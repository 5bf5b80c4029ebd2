"""How long the window is held up while it shows a run at work whose curves are long.

    python tests/benchmarks/training_tab.py [--points 100000] [--seconds 20]

A run's folder is written by hand with so many points, and grows by twenty events a second while
the window shows it, hovers over its curves and pans them. Every turn of the event loop is timed, by
the clock and by the GUI thread's own processor time (which other programs on the machine cannot
lengthen). The named alternative: pyqtgraph's own drawing of the same points, without thinning.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
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
    parser.add_argument("--seconds", type=float, default=20.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pickglass-") as home:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_RUNTIME_DIR"] = home
        measure(Path(home), arguments.points, arguments.seconds)


def measure(home: Path, points: int, seconds: float) -> None:
    from made_runs import make_run, occupy
    from PyQt5.QtWidgets import QWidget

    from core.project import create_project
    from core.qt.application import start_application
    from core.qt.open_project import OpenProject
    from core.qt.training.tab import build_training_tab
    from core.training.run_events import RunState

    project = create_project(home / "long.pickglass")
    run = make_run(
        project, "long", epochs_done=50, steps_per_epoch=points // 50, state=RunState.RUNNING
    )
    occupy(run)
    app = start_application()
    opened = OpenProject(project, ("false",))
    tab = build_training_tab(opened, None)
    tab.resize(1366, 700)
    tab.show()
    turns = Turns(app)
    turns.until(lambda: tab.findChild(QWidget, "workbench") is not None)
    bench = tab.findChild(QWidget, "workbench")
    turns.until(lambda: bench._rows)
    print(f"loading and making the tab: {turns.worst()}")
    bench.view.runs.select(["long"])
    bench._on_selected(["long"])
    curves = bench.view.run.curves
    turns.until(lambda: len(curves._runs) == 1 and len(curves._runs[0].snapshot.step) >= points)
    print(f"reading {points:,} points: {turns.worst()}")
    code = ["-c", GROWING, str(ROOT), str(run.events_file), str(points)]
    with subprocess.Popen([sys.executable, *code]) as worker:
        turns.last(seconds)
        print(f"{seconds:.0f} s of watching: {turns.worst()}")
        loss = curves.loss
        began = time.monotonic()
        while time.monotonic() - began < seconds / 2:
            share = (time.monotonic() - began) / seconds
            loss._box.setXRange(share * points, (share + 0.4) * points, padding=0)
            loss.pointed_at.emit((share + 0.2) * points)
            turns.turn()
        print(f"panning and pointing: {turns.worst()}")
        worker.kill()
    thinned, whole = drawing_times(app, curves._runs[0].snapshot)
    print(f"drawing {points:,} points: thinned {thinned:.1f} ms, by pyqtgraph alone {whole:.1f} ms")
    tab.close()
    opened.close()


class Turns:
    """Turns the event loop and times each turn."""

    def __init__(self, app) -> None:
        self._app = app
        self._wall: list[float] = []
        self._processor: list[float] = []

    def turn(self) -> None:
        wall, processor = time.perf_counter(), time.thread_time()
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

    from core.qt.training.plot_panel import Line, PlotPanel

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
