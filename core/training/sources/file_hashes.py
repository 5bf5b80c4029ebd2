"""Content hashes for photos whose source does not tell them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from core.images import UnreadableImage, read_file
from core.jobs.context import JobContext

_THREADS = 8
_CHUNK = 64


def hash_files(files: Sequence[Path], context: JobContext) -> dict[Path, bytes]:
    """SHA-256 of each file, 32 bytes; files that cannot be read are left out.

    Raises:
        Cancelled: The context was cancelled.
    """
    found: dict[Path, bytes] = {}
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="hash") as threads:
        for begin in range(0, len(files), _CHUNK):
            context.check_cancelled()
            context.report("Reading photos", begin, len(files))
            part = files[begin : begin + _CHUNK]
            for file, digest in zip(part, threads.map(_digest, part), strict=True):
                if digest is not None:
                    found[file] = digest
    context.report("Reading photos", len(files), len(files))
    return found


def _digest(file: Path) -> bytes | None:
    try:
        return hashlib.sha256(read_file(file)).digest()
    except UnreadableImage:
        return None
