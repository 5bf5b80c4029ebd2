"""The project's log files: what happened, for whoever has to find out why."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from logging.handlers import RotatingFileHandler

from core.project import Project

_MAX_BYTES = 1_000_000
_OLD_FILES = 4


@contextmanager
def log_to(project: Project, program: str) -> Iterator[None]:
    """Sends this process's log to `<program>.log` in the project while it lasts.

    A file for each program, because two processes cannot rotate one. Old lines go to
    `<program>.log.1` to `.4`, a megabyte each. A folder that cannot be written to or a full disk is
    no reason not to work: then there is no log, or lines are missing.
    """
    try:
        project.logs.mkdir(exist_ok=True)
        handler = _LogFile(
            project.logs / f"{program}.log",
            maxBytes=_MAX_BYTES,
            backupCount=_OLD_FILES,
            encoding="utf-8",
            errors="backslashreplace",
        )
    except OSError:
        yield
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)
        handler.close()


class _LogFile(RotatingFileHandler):
    """Goes without what the disk does not take."""

    def handleError(self, record: logging.LogRecord) -> None:
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)

    def close(self) -> None:
        with suppress(OSError):
            super().close()
