"""How busy the machine is: processors, memory, and NVIDIA's GPUs where their library works."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import psutil

_EVERY_S = 1.0


@dataclass(frozen=True)
class GpuLoad:
    """One GPU at one moment; bytes and shares, 0 to 1."""

    name: str
    busy: float
    memory_used: int
    memory: int


@dataclass(frozen=True)
class MachineLoad:
    """The machine at one moment; bytes and shares, 0 to 1."""

    cpu: float
    memory_used: int
    memory: int
    gpus: tuple[GpuLoad, ...]


class LoadMeter:
    """Measures now and then; for one thread."""

    def __init__(self) -> None:
        self._measured = 0.0
        self._nvml: Any = None
        self._has_looked = False

    def measure(self) -> MachineLoad | None:
        """The load, or None where it was measured less than a second ago."""
        now = time.monotonic()
        if now - self._measured < _EVERY_S:
            return None
        self._measured = now
        memory = psutil.virtual_memory()
        return MachineLoad(
            psutil.cpu_percent() / 100, memory.total - memory.available, memory.total, self._gpus()
        )

    def close(self) -> None:
        """Lets NVIDIA's library go."""
        if self._nvml is not None:
            self._nvml.nvmlShutdown()
            self._nvml = None

    def _gpus(self) -> tuple[GpuLoad, ...]:
        if not self._has_looked:
            self._has_looked = True
            self._nvml = _working_nvml()
        if self._nvml is None:
            return ()
        try:
            return tuple(_gpu(self._nvml, at) for at in range(self._nvml.nvmlDeviceGetCount()))
        except self._nvml.NVMLError:  # a driver that was updated under us, a GPU that fell off
            self.close()
            return ()


def _working_nvml() -> Any:
    try:
        import pynvml
    except ImportError:
        return None
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return None
    return pynvml


def _gpu(nvml: Any, at: int) -> GpuLoad:
    handle = nvml.nvmlDeviceGetHandleByIndex(at)
    memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    name = nvml.nvmlDeviceGetName(handle)
    return GpuLoad(
        name=name.decode() if isinstance(name, bytes) else str(name),
        busy=nvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100,
        memory_used=int(memory.used),
        memory=int(memory.total),
    )
