import sys
from types import SimpleNamespace

import pytest

from core.qt.training.machine_load import GpuLoad, LoadMeter


class FakeNvml:
    """NVIDIA's library with one GPU, or without a driver."""

    class NVMLError(Exception):
        pass

    def __init__(self, *, has_driver=True):
        self.has_driver = has_driver
        self.is_open = False
        self.has_fallen_off = False

    def nvmlInit(self):
        if not self.has_driver:
            raise self.NVMLError("driver not loaded")
        self.is_open = True

    def nvmlShutdown(self):
        self.is_open = False

    def nvmlDeviceGetCount(self):
        if self.has_fallen_off:
            raise self.NVMLError("GPU is lost")
        return 1

    def nvmlDeviceGetHandleByIndex(self, index):
        return index

    def nvmlDeviceGetName(self, handle):
        return b"NVIDIA H100"

    def nvmlDeviceGetMemoryInfo(self, handle):
        return SimpleNamespace(used=5, total=80)

    def nvmlDeviceGetUtilizationRates(self, handle):
        return SimpleNamespace(gpu=93)


@pytest.fixture
def nvml(monkeypatch):
    fake = FakeNvml()
    monkeypatch.setitem(sys.modules, "pynvml", fake)
    return fake


def test_processors_and_memory_are_measured_on_any_machine(monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", None)  # as where it is not installed

    load = LoadMeter().measure()

    assert 0 <= load.cpu <= 1
    assert 0 < load.memory_used < load.memory
    assert load.gpus == ()


def test_a_gpu_is_measured_where_its_library_works(nvml):
    meter = LoadMeter()

    assert meter.measure().gpus == (GpuLoad("NVIDIA H100", 0.93, 5, 80),)
    assert nvml.is_open
    meter.close()
    assert not nvml.is_open


def test_without_a_driver_there_are_no_gpus(nvml):
    nvml.has_driver = False
    assert LoadMeter().measure().gpus == ()


def test_a_gpu_that_falls_off_is_no_longer_shown(nvml):
    nvml.has_fallen_off = True
    assert LoadMeter().measure().gpus == ()


def test_it_is_not_measured_again_at_once(nvml):
    meter = LoadMeter()
    assert meter.measure() is not None
    assert meter.measure() is None
