"""What is true of an index's photos where the project was made of a demo scrape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.catalogue.database import Catalogue
from core.catalogue.paths import from_stored
from core.embedding.index import Index
from core.errors import UserError
from core.scrape.demo.plan import PlannedPhoto, Settings, plan_item
from core.scrape.demo.truth import TruthRow, read_ground_truth


@dataclass(frozen=True)
class DemoTruth:
    """The truth about the photos of an index.

    Attributes:
        settings: That the demo was drawn with.
        rows: The truth about each row of the index that is a photo of the demo.
    """

    settings: Settings
    rows: Mapping[int, TruthRow]

    def planned(self, row: int) -> PlannedPhoto:
        """How the photo of a row was planned: which garment, taken how."""
        truth = self.rows[row]
        item = plan_item(self.settings, int(truth.item.rpartition("_")[2]))
        name = truth.path.rpartition("/")[2]
        return next(photo for photo in item.photos if photo.name == name)


def read_demo_truth(catalogue: Catalogue, index: Index) -> DemoTruth:
    """Finds the ground truth beside the scrape that the project was made of, and joins it.

    Raises:
        UserError: No source of the project is a demo scrape.
    """
    for source in catalogue.connection.execute("SELECT id, root FROM source"):
        demo = _demo_of(from_stored(source["root"]))
        if demo is None:
            continue
        truth = {row.path: row for row in read_ground_truth(demo / "ground_truth.csv")}
        found = {}
        for photo_id, path in catalogue.connection.execute(
            "SELECT id, path FROM photo WHERE source_id = ?", [source["id"]]
        ):
            row, of_photo = index.row_of.get(photo_id), truth.get(from_stored(path).as_posix())
            if row is not None and of_photo is not None:
                found[row] = of_photo
        return DemoTruth(_settings(demo), found)
    raise UserError(
        "This project was not made of a demo scrape, so nobody knows the truth about its photos",
        path=catalogue.project.root,
        remedy="Make one: `python main.py demo --project demo.pickglass --items 1200`.",
    )


def _demo_of(root: Path) -> Path | None:
    for folder in (root.parent, root):
        if (folder / "ground_truth.csv").is_file() and (folder / "demo.json").is_file():
            return folder
    return None


def _settings(demo: Path) -> Settings:
    try:
        told = json.loads((demo / "demo.json").read_text("utf-8"))
        return Settings(int(told["items"]), int(told["seed"]), int(told["side_px"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            "The demo's settings cannot be read",
            path=demo / "demo.json",
            remedy="Make the demo scrape again.",
        ) from error
