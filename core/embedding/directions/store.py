"""Directions on disk: a folder for each model, two files for each direction.

`<project>/directions/<model hash>/<name>.json` says what it is and what was measured, `.npz` beside
it holds the numbers. The JSON is written last: without it there is no direction.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from core.embedding.directions.records import (
    Curve,
    CurvePoint,
    Direction,
    DirectionReport,
    Method,
    Probe,
)
from core.errors import UserError
from core.project import Project, write_atomically

FORMAT = 1


def directions_folder(project: Project, model_hash: str) -> Path:
    """Where the directions of one model lie."""
    return project.root / "directions" / model_hash[:16]


def save_direction(project: Project, direction: Direction) -> None:
    """Stores a direction under its name, in place of one of that name.

    Raises:
        UserError: The folder cannot be written.
    """
    folder = directions_folder(project, direction.model_hash)
    stem = _stem(direction.name)
    probe = direction.probe
    numbers = io.BytesIO()
    if probe is None:
        np.savez(numbers, vector=direction.vector)
    else:
        np.savez(numbers, vector=direction.vector, supports=probe.supports, weights=probe.weights)
    told = {
        "format": FORMAT,
        "name": direction.name,
        "method": direction.method,
        "model_hash": direction.model_hash,
        "metric": direction.metric,
        "words": direction.words,
        "positive_ids": direction.positive_ids,
        "negative_ids": direction.negative_ids,
        "explained": direction.explained,
        "report": None if direction.report is None else asdict(direction.report),
        "probe": None
        if probe is None
        else {
            name: getattr(probe, name) for name in ("gamma", "bias", "mean", "deviation", "scale")
        },
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / f"{stem}.npz", numbers.getvalue())
        write_atomically(folder / f"{stem}.json", json.dumps(told, indent=1).encode())
    except OSError as error:
        raise UserError(
            f"The direction “{direction.name}” could not be stored ({error.strerror})",
            path=folder,
            remedy="Make room on the disk, see that you may write to the folder, and try again.",
        ) from error


def load_directions(project: Project, model_hash: str) -> tuple[Direction, ...]:
    """All directions of one model, by name; damaged ones are left out."""
    found = []
    for file in sorted(directions_folder(project, model_hash).glob("*.json")):
        direction = _load(file)
        if direction is not None and direction.model_hash == model_hash:
            found.append(direction)
    return tuple(sorted(found, key=lambda direction: direction.name.casefold()))


def delete_direction(project: Project, direction: Direction) -> None:
    """Forgets a direction; its examples are the catalogue's and stay."""
    folder = directions_folder(project, direction.model_hash)
    for suffix in (".json", ".npz"):
        (folder / f"{_stem(direction.name)}{suffix}").unlink(missing_ok=True)


def _stem(name: str) -> str:
    # No separators, no leading dot, no names that Windows keeps to itself.
    return "d-" + quote(name, safe=" ")[:150]


def _load(file: Path) -> Direction | None:
    try:
        told = json.loads(file.read_bytes())
        if told["format"] > FORMAT:
            return None
        with np.load(
            io.BytesIO(file.with_suffix(".npz").read_bytes()), allow_pickle=False
        ) as numbers:
            vector = numbers["vector"]
            probe = (
                None
                if told["probe"] is None
                else Probe(
                    supports=numbers["supports"], weights=numbers["weights"], **told["probe"]
                )
            )
        return Direction(
            name=told["name"],
            vector=vector,
            method=Method(told["method"]),
            model_hash=told["model_hash"],
            metric=told["metric"],
            words=tuple(told["words"]),
            positive_ids=tuple(told["positive_ids"]),
            negative_ids=tuple(told["negative_ids"]),
            report=None if told["report"] is None else _report(told["report"]),
            probe=probe,
            explained=told["explained"],
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None


def _report(told: Mapping[str, Any]) -> DirectionReport:
    return DirectionReport(
        **{
            **told,
            "curves": tuple(map(_curve, told["curves"])),
            "strict": None if told["strict"] is None else _curve(told["strict"]),
        }
    )


def _curve(told: Mapping[str, Any]) -> Curve:
    points = tuple(CurvePoint(**point) for point in told["points"])
    return Curve(told["name"], points, told["filter_distinct"])
