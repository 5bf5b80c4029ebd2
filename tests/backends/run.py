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
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent


# JAX compiles for longer than it computes here: it need not make its code fast.
os.environ.setdefault(
    "XLA_FLAGS",
    "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true"
    # Two devices out of one processor, to share batches among; for TensorFlow see below.
    " --xla_force_host_platform_device_count=2",
)


def main(modules):
    events = os.dup(1)
    os.dup2(2, 1)  # so that no library's print comes between
    with tempfile.TemporaryDirectory(prefix="pickglass-jax-") as compiled:
        os.environ["JAX_COMPILATION_CACHE_DIR"] = compiled
        os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
        os.environ["JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES"] = "-1"
        _make_up_a_second_processor()
        os.write(events, json.dumps(_outcomes(modules)).encode())


def _make_up_a_second_processor():
    if os.environ.get("KERAS_BACKEND") == "tensorflow":
        import tensorflow as tf

        half = tf.config.LogicalDeviceConfiguration()
        processor = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(processor, [half, half])


def _outcomes(modules):
    sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent)]
    results = {}
    for name in modules:
        module = importlib.import_module(name)
        for check_name, check in inspect.getmembers(module, inspect.isfunction):
            if check_name.startswith("check_") and check.__module__ == name:
                began = time.perf_counter()
                results[f"{name}.{check_name}"] = _outcome(check)
                print(f"{time.perf_counter() - began:6.2f} s  {name}.{check_name}")
    return results


def _outcome(check):
    from core.training.fitting.backend import seed_everything

    seed_everything(0)
    try:
        with tempfile.TemporaryDirectory(prefix="pickglass-check-") as folder:
            check(*([Path(folder)] if inspect.signature(check).parameters else []))
    except Exception:  # noqa: BLE001 - whatever it is, it is the check's result
        return traceback.format_exc()
    return ""


if __name__ == "__main__":
    main(sys.argv[1:])
