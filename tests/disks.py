"""Disks that do not always do what they are told, and a second real one."""

from __future__ import annotations

import contextlib
import os
import subprocess

import pytest

from core.cleaning.disk import Disk

STEPS = (
    "make_folder",
    "remove_folder",
    "link",
    "rename",
    "replace",
    "unlink",
    "create",
    "write",
    "sync",
    "sync_folder",
)


def watched_disk(before_step=lambda name, *arguments: None, after_step=lambda name: None):
    """A disk that says what it is about to do, and when it has done it."""

    def step(name):
        def take(self, *arguments):
            before_step(name, *arguments)
            result = getattr(Disk, name)(self, *arguments)
            after_step(name)
            return result

        return take

    return type("WatchedDisk", (Disk,), {name: step(name) for name in STEPS})()


def failing_disk(failures):
    """A disk whose steps fail: `failures` maps a step's name to the number of the error."""

    def fail(name, *arguments):
        if name in failures:
            raise OSError(failures[name], os.strerror(failures[name]), str(arguments[0]))

    return watched_disk(fail)


@contextlib.contextmanager
def mounted(folder, size="1m"):
    """Makes the folder a disk of its own of that size; skips the test where that is not allowed."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
