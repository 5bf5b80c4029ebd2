"""Maps on disk: a cache by model and method, which may be deleted at any time."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np

from core.embedding.projection import MapOfPhotos, Method
from core.project import Project, write_atomically

FORMAT = 1


def map_file(project: Project, model_hash: str, method: Method) -> Path:
    """Where the map of one model by one method lies."""
    return project.root / "cache" / "maps" / f"{model_hash[:16]}-{method}.npz"


def save_map(project: Project, made: MapOfPhotos) -> Path:
    """Stores a map, in place of one of the same model and method; raises OSError."""
    file = map_file(project, made.model_hash, made.method)
    header = {
        "format": FORMAT,
        "method": made.method,
        "model_hash": made.model_hash,
        "kept_share": made.kept_share,
        "seconds": made.seconds,
    }
    data = io.BytesIO()
    np.savez(
        data,
        header=np.frombuffer(json.dumps(header).encode(), np.uint8),
        positions=made.positions,
        photo_ids=made.photo_ids,
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, data.getvalue())
    return file


def load_map(project: Project, model_hash: str, method: Method) -> MapOfPhotos | None:
    """The stored map, or None where there is none that can be used."""
    file = map_file(project, model_hash, method)
    try:
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as stored:
            header = json.loads(stored["header"].tobytes())
            positions, ids = stored["positions"], stored["photo_ids"]
        if header["format"] > FORMAT or header["model_hash"] != model_hash:
            return None
        if positions.shape != (len(ids), 2) or not np.isfinite(positions).all():
            return None
        return MapOfPhotos(
            positions=np.asarray(positions, np.float32),
            photo_ids=np.asarray(ids, np.int64),
            method=Method(header["method"]),
            model_hash=model_hash,
            kept_share=float(header["kept_share"]),
            seconds=float(header["seconds"]),
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None
