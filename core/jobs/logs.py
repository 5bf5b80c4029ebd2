"""The project's log files: what happened, for whoever has to find out why."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler

from core.project import Project

_MAX_BYTES = 1_000_000
_OLD_FILES = 4


@contextmanager
def log_to(project: Project, program: str) -> Iterator[None]:
    """Sends this process's log to `<program>.log` in the project while it lasts.

    A file for each program, because two processes cannot rotate one. Old lines go to
    `<program>.log.1` to `.4`, a megabyte each. A folder that cannot be written to is no reason
    not to work: then there is no log.
    """
    try:
        project.logs.mkdir(exist_ok=True)
        handler = RotatingFileHandler(
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
