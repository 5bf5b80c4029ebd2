"""Files that were left as they were, told to people: grouped by what is the matter."""

from __future__ import annotations

from collections.abc import Iterable

from core.cleaning.move_journal import Problem
from core.number_words import plural

_SHOWN = 10


def problem_lines(problems: Iterable[Problem]) -> list[str]:
    """A paragraph for each kind of problem, with the first few files that have it."""
    groups: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        groups.setdefault((problem.why, problem.remedy), []).append(problem.path)
    lines: list[str] = []
    for (why, remedy), paths in groups.items():
        lines.append(f"{files(len(paths))} left: {why}. {remedy}")
        lines += [f"  {path}" for path in paths[:_SHOWN]]
        if len(paths) > _SHOWN:
            lines.append(f"  … and {len(paths) - _SHOWN:,} more")
    return lines


def files(count: int) -> str:
    """For example "1,200 files"."""
    return plural(count, "file")


def megabytes(byte_count: int) -> str:
    """For example "12.3 MB"."""
    return f"{byte_count / 1e6:,.1f} MB"
