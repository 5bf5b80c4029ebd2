"""Runs all checks of the modules beside this on the backend in KERAS_BACKEND, and says what came.

One process a backend runs them all, for importing one takes longer than most checks. Prints one
JSON object: for each check, "" or the traceback of its failure.

    KERAS_BACKEND=torch python tests/backends/run.py losses networks …
"""

import importlib
import inspect
import json
import os
import sys
import tempfile
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(modules):
    events = os.dup(1)
    os.dup2(2, 1)  # so that no library's print comes between
    sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent)]
    results = {}
    for name in modules:
        module = importlib.import_module(name)
        for check_name, check in inspect.getmembers(module, inspect.isfunction):
            if check_name.startswith("check_") and check.__module__ == name:
                results[f"{name}.{check_name}"] = _outcome(check)
    os.write(events, json.dumps(results).encode())


def _outcome(check):
    try:
        with tempfile.TemporaryDirectory(prefix="pickglass-check-") as folder:
            check(*([Path(folder)] if inspect.signature(check).parameters else []))
    except Exception:  # noqa: BLE001 - whatever it is, it is the check's result
        return traceback.format_exc()
    return ""


if __name__ == "__main__":
    main(sys.argv[1:])
