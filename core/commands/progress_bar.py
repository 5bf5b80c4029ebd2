"""Progress for people at a terminal, and for those who read a log afterwards."""

from __future__ import annotations

from typing import NoReturn, TextIO

from tqdm import tqdm

from core.jobs.context import Progress

tqdm.monitor_interval = 0  # no thread of its own


class ProgressBar:
    """A bar a stage at a terminal; elsewhere one line when a stage begins and one when it ends."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._stage = ""
        self._stage_is_over = False
        self._bar: tqdm[NoReturn] | None = None

    def show(self, progress: Progress) -> None:
        """Takes over the state of the job."""
        begins = progress.stage != self._stage
        self._stage = progress.stage
        if not self._is_terminal:
            self._write_line(progress, begins)
            return
        if begins:
            self._end_bar()
            self._bar = tqdm(
                desc=progress.stage, total=progress.total, file=self._stream, dynamic_ncols=True
            )
        assert self._bar is not None
        self._bar.total = progress.total
        self._bar.n = progress.done
        self._bar.set_postfix_str(progress.detail, refresh=False)
        self._bar.refresh()

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *_: object) -> None:
        self._end_bar()

    def _write_line(self, progress: Progress, begins: bool) -> None:
        total = "" if progress.total is None else f" of {progress.total:,}"
        finished = progress.total is not None and progress.done >= progress.total
        if begins:
            self._stage_is_over = False
        if finished and not self._stage_is_over:
            self._stage_is_over = True
            print(f"{progress.stage}: {progress.done:,}{total} done", file=self._stream)
        elif begins:
            print(f"{progress.stage}…", file=self._stream)

    def _end_bar(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
