"""Projects with a few small items to train on: pairs, and items with three photos."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
from made_catalogue import add_item, add_photo, add_source

from core.catalogue.database import open_catalogue
from core.images import encode_jpeg
from core.project import Project, create_project


def make_project(folder: Path, *, pairs: int = 6, threes: int = 6) -> Project:
    """A project whose items differ in colour and texture; photos are 48 pixels wide."""
    project = create_project(folder / "try.pickglass")
    with open_catalogue(project) as catalogue:
        source = add_source(catalogue, folder / "scrape")
        for number in range(pairs + threes):
            key = f"item_{number:03d}"
            item = add_item(catalogue, source, key, category=("dresses", "coats")[number % 2])
            for view in range(2 if number < pairs else 3):
                file = folder / "scrape" / key / f"{view}.jpg"
                file.parent.mkdir(parents=True, exist_ok=True)
                data = encode_jpeg(_garment(number, view), 90)
                file.write_bytes(data)
                add_photo(catalogue, item, f"{key}/{view}.jpg", **_facts(file, data))
    return project


def _facts(file: Path, data: bytes) -> dict[str, object]:
    stat = file.stat()
    return {
        "byte_count": stat.st_size,
        "mtime_ns": stat.st_mtime_ns,
        "content_hash": hashlib.sha256(data).digest(),
    }


def _garment(number: int, view: int) -> np.ndarray:
    rng = np.random.default_rng(number)
    blocks = rng.integers(0, 256, (4, 4, 3), np.uint8)
    pixels = cv2.resize(blocks, (48, 60), interpolation=cv2.INTER_NEAREST)
    noise = np.random.default_rng((number, view)).integers(-20, 20, pixels.shape)
    return np.clip(pixels.astype(int) + noise, 0, 255).astype(np.uint8)
