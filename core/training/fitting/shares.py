"""A batch shared among devices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from core.training.networks.augmentation import Draw

Device = TypeVar("Device")


def shared(
    devices: Sequence[Device], pixels: Any, draw: Draw
) -> list[tuple[Device, tuple[Any, Draw]]]:
    """Devices with their photos and how to augment them; none where there is less than one each."""
    count = pixels.shape[0]
    ends = [count * place // len(devices) for place in range(len(devices) + 1)]
    shares = []
    for device, begin, end in zip(devices, ends, ends[1:], strict=False):
        if end > begin:
            # What is not drawn at all is empty.
            parts = [each[begin:end] if each.shape[0] else each for each in draw]
            shares.append((device, (pixels[begin:end], Draw(*parts))))
    return shares
