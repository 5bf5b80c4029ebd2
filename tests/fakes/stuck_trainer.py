"""Stands for `main.py` whose `train` gets stuck in a step of years, in code that is not Python."""

from __future__ import annotations

import hashlib
import sys

from core.commands.frame import run_verb
from core.jobs import stop_deadline
from core.training import train_run
from main import VERBS


def stuck(_instruction, _dataset, _pack, folder, _tell, _should_stop, keep):
    keep(lambda: (folder / "last step").write_text("kept"))
    print("stuck", flush=True)
    hashlib.pbkdf2_hmac("sha256", b"", b"", 2**31 - 1)


if __name__ == "__main__":
    stop_deadline.SAVING_AFTER_S = 0.0
    train_run._fit_with_keras = stuck
    sys.exit(run_verb(VERBS, sys.argv[1:]))
