"""Runs what the instruction's panels try out, as jobs, and hands back what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QObject

from core.errors import UserError
from core.jobs.context import JobContext, Progress
from core.jobs.events import Finished
from core.qt.background import run_in_background
from core.qt.job_runner import Job
from core.qt.open_project import OpenProject
from core.qt.training.augmentation_panel import AugmentationPanel
from core.qt.training.backend_panel import SECONDS, BackendPanel
from core.qt.training.draft import Draft
from core.qt.training.rates_panel import RatesPanel
from core.qt.training.trial_panel import TrialPanel
from core.training.instruction import Instruction
from core.training.instruction_files import save_instruction

_LOOK = "backends"

Take = Callable[[Mapping[str, Any]], str]
"""Shows a job's result; returns it in words."""


class Trying(QObject):
    """One trial of each kind at a time; they wait behind the window's other jobs."""

    def __init__(
        self,
        opened: OpenProject,
        draft: Draft,
        augmentation: AugmentationPanel,
        rates: RatesPanel,
        backends: BackendPanel,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._opened = opened
        self._draft = draft
        self._augmentation, self._rates, self._backends = augmentation, rates, backends
        self._draws = 0
        self._is_measuring_next = False
        self._running: dict[Job, tuple[TrialPanel, Take]] = {}
        jobs = opened.jobs
        jobs.progressed.connect(self._on_progressed)
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)
        jobs.stopped.connect(self._on_stopped)
        augmentation.wanted.connect(self.draw_photos)
        rates.wanted.connect(self.find_rate)
        rates.rate_chosen.connect(
            lambda rate: draft.set_value(("optimizer", "learning_rate"), rate)
        )
        backends.wanted.connect(self.measure_backends)
        backends.look_wanted.connect(self.look_for_gpus)
        backends.chosen.connect(lambda name: draft.set_value(("backend",), name))
        draft.changed.connect(self._on_draft_changed)

    def draw_photos(self) -> None:
        """Draws training photos under the instruction's augmentation."""
        self._draws += 1
        out = self._opened.project.root / "cache" / "augmentation.png"
        arguments = ("--seed", str(self._draws), "--out", str(out))

        def take(result: Mapping[str, Any]) -> str:
            self._augmentation.show_file(Path(result["file"]))
            return ""

        self._try(self._augmentation, "augment", "Drawing augmented photos", arguments, take)

    def find_rate(self) -> None:
        """Tries learning rates."""
        self._try(
            self._rates,
            "find-rate",
            "Trying learning rates",
            (),
            lambda result: self._rates.show_rates(result["found"]),
        )

    def measure_backends(self) -> None:
        """Measures the instruction's speed on each backend, once it is known what they see."""
        if any(job.verb == _LOOK for job in self._running):
            self._is_measuring_next = True  # the panel came to the front, which looks for GPUs
            return
        self._try(
            self._backends,
            "benchmark",
            "Measuring backends",
            ("--seconds", str(SECONDS)),
            lambda result: self._backends.show_speeds(result["speeds"]),
        )

    def look_for_gpus(self) -> None:
        """Asks each backend what it can compute on."""
        if self._is_busy(self._backends):
            return

        def take(result: Mapping[str, Any]) -> str:
            self._backends.show_backends(result["backends"])
            return ""

        job = Job(_LOOK, "Asking backends for GPUs")
        self._run(self._backends, self._draft.instruction or Instruction(), job, take)

    def look_for_gpus_once(self) -> None:
        """Asks, unless it is known from before."""
        if not self._backends.remember():
            self.look_for_gpus()

    def _try(
        self, panel: TrialPanel, verb: str, title: str, arguments: tuple[str, ...], take: Take
    ) -> None:
        instruction = self._draft.instruction
        if instruction is None or self._is_busy(panel):
            return
        file = self._opened.project.root / "cache" / f"draft-{verb}.json"
        panel.begin(instruction, f"{title}…")

        def write(_: JobContext) -> None:
            with suppress(OSError):  # then the file cannot be written either, which is told
                file.parent.mkdir(exist_ok=True)  # a cache may be deleted at any time
            save_instruction(file, instruction)

        job = Job(verb, title, ("--file", str(file), *arguments))
        run_in_background(
            self, write, lambda _: self._run(panel, instruction, job, take), panel.end
        )

    def _run(self, panel: TrialPanel, instruction: Instruction, job: Job, take: Take) -> None:
        waiting = self._opened.jobs.current
        words = f"{job.title}…" if waiting is None else f"Waiting for: {waiting.title}"
        panel.begin(instruction, words)
        self._running[job] = panel, take
        self._opened.jobs.run(job)

    def _is_busy(self, panel: TrialPanel) -> bool:
        return any(panel is other for other, _ in self._running.values())

    def _on_progressed(self, job: Job, progress: Progress) -> None:
        if job in self._running:
            self._running[job][0].show_progress(progress)

    def _on_finished(self, job: Job, finished: Finished) -> None:
        if job in self._running:
            panel, take = self._running.pop(job)
            panel.end(words=take(finished.result))
            self._measure_if_next()

    def _on_failed(self, job: Job, error: UserError, _details: str) -> None:
        if job in self._running:
            panel, _ = self._running.pop(job)
            panel.end(error)
            self._measure_if_next()

    def _measure_if_next(self) -> None:
        if self._is_measuring_next:
            self._is_measuring_next = False
            self.measure_backends()

    def _on_stopped(self, job: Job) -> None:
        if job in self._running:
            panel, _ = self._running.pop(job)
            panel.end(words="Stopped.")
            self._is_measuring_next = False

    def _on_draft_changed(self) -> None:
        for panel in (self._augmentation, self._rates, self._backends):
            panel.show_instruction(self._draft.instruction)
