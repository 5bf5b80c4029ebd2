"""A project whose rejected photos are to be moved away, and what of it lies where."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from made_catalogue import add_file, add_item, add_source

from core.catalogue.database import open_catalogue
from core.cleaning.apply import apply, plan_apply
from core.jobs.context import Cancelled, JobContext
from core.project import create_project

QUIET = JobContext()


@contextmanager
def coat_and_gown(folder):
    """Two items of three real photos: 1 to 3 in scrape/coat, 4 to 6 in scrape/gown."""
    with open_catalogue(create_project(folder / "try.pickglass")) as catalogue:
        source = add_source(catalogue, folder / "scrape")
        for key in ("coat", "gown"):
            item = add_item(catalogue, source, key)
            for number in range(3):
                add_file(catalogue, item, f"{key}/{number}.jpg")
        yield catalogue


def files_below(folder):
    """Every file below a folder with all that should not change of it."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), stat.st_mtime_ns, stat.st_mode)
        for path in sorted(folder.rglob("*"))
        if not path.is_dir()
        for stat in [path.stat()]
    }


def apply_now(catalogue, **options):
    return apply(catalogue, plan_apply(catalogue), QUIET, **options)


def problems(result):
    return [(problem.photo_id, problem.why) for problem in result.problems]


def interrupt_apply(catalogue, after):
    """Begins to apply, and is stopped once so many files are moved."""
    asked = []

    def is_cancelled():
        asked.append(1)
        return len(asked) == after + 1

    plan = plan_apply(catalogue)
    with pytest.raises(Cancelled):
        apply(catalogue, plan, JobContext(is_cancelled=is_cancelled))
