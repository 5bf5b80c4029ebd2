"""Telling that a device's memory is too small, in the words of each backend."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TypeVar

import keras

from core.errors import UserError
from core.training.instruction import Instruction

Result = TypeVar("Result")

_TYPES = frozenset({"OutOfMemoryError", "ResourceExhaustedError"})
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


def with_what_fits(instruction: Instruction, work: Callable[[Instruction], Result]) -> Result:
    """The work's result, with half the items a batch whenever memory runs out.

    Args:
        instruction: What to work by at first.
        work: Is begun anew with the changed instruction.

    Raises:
        UserError: Memory is too small for two items.
    """
    while True:
        try:
            return work(instruction)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            if instruction.sampler.items < 4:
                raise too_small() from error
        items = instruction.sampler.items // 2
        sampler = instruction.sampler.model_copy(update={"items": items})
        instruction = instruction.model_copy(update={"sampler": sampler})
        let_go()


def smaller_batches(wanted: Instruction, fitted: Instruction) -> str:
    """What to say of `with_what_fits`; "" where all fitted."""
    items, photos = fitted.sampler.items, fitted.sampler.photos
    if items == wanted.sampler.items:
        return ""
    return (
        f"Memory ran out with {wanted.sampler.items} items a batch: this is with {items}, of"
        f" {photos} photos each."
    )


def too_small() -> UserError:
    """What to say where nothing fits."""
    return UserError(
        "The device's memory is too small for this network, even with two items a batch",
        remedy="Use smaller photos, fewer photos an item, or a smaller network.",
    )


def let_go() -> None:
    """Gives memory that nothing holds any more back to the device."""
    gc.collect()
    if keras.backend.backend() == "torch":
        import torch

        if torch.cuda.is_available():
            torch.cuda.empty_cache()
