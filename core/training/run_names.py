"""Names of runs: folders on any file system, and told apart on each."""

from __future__ import annotations

from collections.abc import Iterable

from core.errors import UserError

LONGEST = 80

_FORBIDDEN = frozenset('<>:"/\\|?*')
_PORTS = [f"{port}{number}" for port in ("com", "lpt") for number in range(10)]
_RESERVED = frozenset(["con", "prn", "aux", "nul", *_PORTS])


def check_name(name: str, taken: Iterable[str] = ()) -> None:
    """Refuses what some file system would.

    Args:
        name: What the user would like to call the run.
        taken: The names of other runs; case does not tell them apart on Windows and macOS.

    Raises:
        UserError: The name cannot be used; says why.
    """
    if problem := _problem(name):
        raise UserError(
            f"A run cannot be called “{name}”: {problem}",
            remedy="Use letters, digits, spaces, hyphens and underscores.",
        )
    if name.casefold() in {other.casefold() for other in taken}:
        raise UserError(
            f"There is a run called “{name}” already, and runs are never overwritten",
            remedy="Choose another name, or go on with that run, or put it into the trash first.",
        )


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """The wanted name made fit for file systems, with a number where it is taken."""
    kept = "".join(c for c in wanted if c not in _FORBIDDEN and c.isprintable())
    name = kept.encode("utf-8", "ignore")[: LONGEST - 6].decode("utf-8", "ignore").strip(". ")
    if _problem(name):
        name = f"run {name}".strip()
    others = {other.casefold() for other in taken}
    number, candidate = 1, name
    while candidate.casefold() in others:
        number += 1
        candidate = f"{name} {number}"
    return candidate


def _problem(name: str) -> str:
    if not name:
        return "it is empty"
    if len(name.encode("utf-8", "surrogatepass")) > LONGEST:
        return f"it is longer than {LONGEST} bytes"
    if bad := [c for c in name if c in _FORBIDDEN]:
        return f"“{bad[0]}” is not allowed in folder names"
    if not name.isprintable():
        return "it holds characters that cannot be seen"
    if name != name.strip() or name[0] == "." or name[-1] == ".":
        return "it begins or ends with a space or a dot"
    if name.partition(".")[0].casefold() in _RESERVED:
        return "Windows keeps that name for a device"
    return ""
