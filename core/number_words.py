"""Numbers as people read them."""

from __future__ import annotations

from collections.abc import Sequence


def bytes_text(count: int) -> str:
    """A size for people: "12.4 MB" (powers of 1000, as disks are sold)."""
    size = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:,.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"


def in_a_row(numbers: Sequence[int]) -> str:
    """Numbers one after another: "1", "1 and 3", "1, 3 and 4"."""
    first, last = ", ".join(map(str, numbers[:-1])), str(numbers[-1])
    return f"{first} and {last}" if first else last


def plural(count: int, one: str, several: str = "") -> str:
    """The number with its noun: "1 photo", "2,000 photos".

    Args:
        count: How many.
        one: What follows "1", with its verb where there is one: "photo is".
        several: What follows any other number; by default `one` with an s.
    """
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"
