"""Telling that a device's memory is too small, in the words of each backend."""

from __future__ import annotations

import gc

import keras

_TYPES = {"OutOfMemoryError", "ResourceExhaustedError"}
_WORDS = (
    "resource_exhausted",
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "failed to allocate",
    "alloc_failed",
)
"""cuDNN and cuBLAS say the last; TensorFlow wraps what they say in errors of many kinds."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out."""
    if isinstance(error, MemoryError) or type(error).__name__ in _TYPES:
        return True
    is_devices = isinstance(error, RuntimeError) or type(error).__module__.startswith("tensorflow.")
    return is_devices and any(word in str(error).lower() for word in _WORDS)


def let_go() -> None:
    """Gives memory that nothing holds any more back to the device."""
    gc.collect()
    if keras.backend.backend() == "torch":
        import torch

        if torch.cuda.is_available():
            torch.cuda.empty_cache()
