"""What Keras computes with, and on which device; nothing here imports Keras before it must."""

from __future__ import annotations

import importlib.util
import logging
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import UserError
from core.jobs.stderr_lines import stderr_without
from core.training.instruction import Backend

BACKENDS: tuple[Backend, ...] = ("tensorflow", "torch", "jax")
_PACKAGES: dict[Backend, str] = {"tensorflow": "tensorflow", "torch": "torch", "jax": "jax"}


def installed_backends() -> tuple[Backend, ...]:
    """Those that can be chosen here; imports none of them."""
    return tuple(name for name in BACKENDS if importlib.util.find_spec(_PACKAGES[name]) is not None)


# What it says of a machine without a GPU, and of its own set-up; its fatal words begin with F.
_TENSORFLOWS_NOISE = (
    r"WARNING: All log messages before absl"
    r"|[IW]\d{4} \d\d:\d\d:\d+"
    r"|E\d{4} \d\d:\d\d:\d+.*failed call to cuInit.*(UNKNOWN ERROR \(303\)|NO_DEVICE)"
    r"|To enable the following instructions"
)


def refuse_missing(name: Backend) -> None:
    """Refuses a backend that is not there; imports none.

    Raises:
        UserError: It is not installed.
    """
    if name not in installed_backends():
        raise UserError(
            f"The backend {name} is not installed",
            remedy=f"Install it (pip install {_PACKAGES[name]}), or choose one of: "
            f"{', '.join(installed_backends()) or 'none is installed'}.",
        )


def choose_backend(name: Backend) -> None:
    """Makes Keras compute with it; to be called before anything imports Keras in this process.

    Raises:
        UserError: It is not installed.
        RuntimeError: Keras was imported before, with another one.
    """
    refuse_missing(name)
    os.environ["KERAS_BACKEND"] = name
    # Their notes on missing GPUs would fill the run's log; errors still come.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # Nor is it the user's business that TensorFlow traces a network anew for another batch size.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    # JAX takes three quarters of the GPU's memory at its start otherwise, TensorFlow all of it.
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    if "keras" in sys.modules:
        import keras

        if keras.backend.backend() != name:
            raise RuntimeError(f"Keras already computes with {keras.backend.backend()}")
    elif name == "tensorflow" and name not in sys.modules:
        _import_tensorflow_quietly()


def _import_tensorflow_quietly() -> None:
    # Its level of logging does not hold for what it says before it has read it.
    with stderr_without(_TENSORFLOWS_NOISE):
        import tensorflow as tf

        tf.config.list_physical_devices("GPU")


def gpu_names() -> tuple[str, ...]:
    """The GPUs that the backend in use can compute on, as people call them; imports it."""
    import keras

    match keras.backend.backend():
        case "tensorflow":
            import tensorflow as tf

            gpus = tf.config.list_physical_devices("GPU")
            details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
            return tuple(str(found.get("device_name", "GPU")) for found in details)
        case "torch":
            import torch

            if torch.cuda.is_available():
                count = torch.cuda.device_count()
                return tuple(torch.cuda.get_device_name(number) for number in range(count))
            return ("Apple GPU",) if torch.backends.mps.is_available() else ()
        case "jax":
            import jax

            return tuple(d.device_kind for d in jax.local_devices() if d.platform != "cpu")
    return ()


def device_name() -> str:
    """What the backend in use computes on, for people."""
    gpus = gpu_names()
    return gpus[0] if gpus else cpu_name()


def cpu_name() -> str:
    """The processor's name."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine() or "CPU"


def seed_everything(seed: int) -> None:
    """Makes what follows repeatable: bit by bit on a CPU, as far as it is free on a GPU."""
    import keras

    keras.utils.clear_session()
    with _without_tensorflow():
        keras.utils.set_random_seed(seed)
    if gpu_names():
        return
    match keras.backend.backend():
        case "tensorflow":
            import tensorflow as tf

            tf.config.experimental.enable_op_determinism()
        case "torch":
            import torch

            torch.use_deterministic_algorithms(True)


@contextmanager
def _without_tensorflow() -> Iterator[None]:
    """Keeps Keras from importing TensorFlow for another backend's sake, if nobody has yet.

    To seed it too, where it is installed, Keras would: which takes seconds, has it talk of the GPUs
    that it misses, and lets it take memory of those that it finds.
    """
    import keras

    if keras.backend.backend() == "tensorflow" or "tensorflow" in sys.modules:
        yield
        return
    # What Python has for a module that is not to be imported.
    sys.modules["tensorflow"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["tensorflow"]
