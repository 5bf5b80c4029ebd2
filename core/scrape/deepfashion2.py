"""The DeepFashion2 data set: annotated photos of which every garment is a crop.

Items are told as its paper does (arXiv 1901.07973): by pair, style and category.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.catalogue.records import Metadata
from core.jobs.context import JobContext
from core.scrape.clean_text import one_line
from core.scrape.found import Crop, FoundItem, FoundPhoto, Notes, Reading
from core.scrape.photo_files import IMAGE_SUFFIXES
from core.scrape.walk import File, Folder, walk

_MAX_ANNO_BYTES = 10_000_000


@dataclass
class _Draft:
    category: str
    style: int
    pair: int
    sources: set[str] = field(default_factory=set)
    photos: list[FoundPhoto] = field(default_factory=list)


def read_deepfashion2(root: Path, notes: Notes, context: JobContext) -> Reading:
    """The items of all `annos` folders in the root, by pair, style and category.

    Garments of style 0 have no partner and are left out, as are boxes without area. All
    annotations are read before the first item comes: an item's photos are all over them.
    """
    drafts: dict[str, _Draft] = {}

    def load() -> None:
        if not drafts:
            for annos, images in pairs_of_folders(root, context):
                _read_annos(root, annos, images, drafts, notes, context)

    def count() -> int:
        load()
        return len(drafts)

    def items() -> Iterator[FoundItem]:
        load()
        for key in sorted(drafts, key=_by_number):
            draft = drafts[key]
            yield FoundItem(
                key,
                Metadata(
                    category=draft.category,
                    extra={
                        "pair_id": draft.pair,
                        "style": draft.style,
                        "source": sorted(draft.sources),
                    },
                ),
                tuple(draft.photos),
            )

    return Reading(items(), count)


def pairs_of_folders(root: Path, context: JobContext) -> Iterator[tuple[Folder, Folder]]:
    """The `annos` and `image` folders that lie beside each other, up to two levels down."""
    found: dict[str, dict[str, Folder]] = {}
    for folder in walk(root, Notes(), context, max_depth=3):
        parent, _, name = folder.path.rpartition("/")
        if name in ("annos", "image"):
            found.setdefault(parent, {})[name] = folder
            both = found[parent]
            if len(both) == 2:
                yield both["annos"], both["image"]


def looks_like_anno(value: object) -> bool:
    """Whether a JSON value is a DeepFashion2 annotation."""
    return (
        isinstance(value, Mapping)
        and "pair_id" in value
        and isinstance(value.get("item1"), Mapping)
    )


def read_anno(file: Path) -> object:
    """The JSON of an annotation file, None where it is none."""
    try:
        with file.open("rb") as opened:
            return json.loads(opened.read(_MAX_ANNO_BYTES))
    except (OSError, ValueError, RecursionError):
        return None


def _read_annos(
    root: Path,
    annos: Folder,
    images: Folder,
    drafts: dict[str, _Draft],
    notes: Notes,
    context: JobContext,
) -> None:
    part = annos.path.rpartition("/")[0]
    by_stem = {_stem(f.name): f for f in images.files if _suffix(f.name) in IMAGE_SUFFIXES | {""}}
    names = [file.name for file in annos.files if file.name.endswith(".json")]
    for number, name in enumerate(names, start=1):
        context.check_cancelled()
        context.report(f"Reading annotations {part}".rstrip(), number, len(names))
        anno = read_anno(root / annos.child(name))
        if not isinstance(anno, Mapping):
            notes.add("Annotations that are no JSON objects were left out", annos.child(name))
            continue
        image = by_stem.get(_stem(name))
        if image is None:
            notes.add("Annotations without an image were left out", annos.child(name))
            continue
        _add(anno, part, images.child(image.name), image, drafts, notes)


def _add(
    anno: Mapping[str, Any],
    part: str,
    path: str,
    image: File,
    drafts: dict[str, _Draft],
    notes: Notes,
) -> None:
    pair = _whole(anno.get("pair_id"))
    for name, garment in anno.items():
        if not (name.startswith("item") and isinstance(garment, Mapping)):
            continue
        style, category_id = _whole(garment.get("style")), _whole(garment.get("category_id"))
        if not style:
            notes.add("Garments of style 0, which have no partner, were left out")
            continue
        crop = _crop(garment.get("bounding_box"))
        if pair is None or category_id is None or crop is None:
            notes.add("Garments without a box, pair or category were left out", path)
            continue
        key = "/".join(filter(None, (part, f"{pair}/{style}/{category_id}")))
        draft = drafts.get(key)
        if draft is None:
            category = one_line(garment.get("category_name")) or str(category_id)
            draft = drafts[key] = _Draft(category, style, pair)
        if anno.get("source"):
            draft.sources.add(one_line(anno["source"]))
        draft.photos.append(
            FoundPhoto(path, crop=crop, byte_count=image.byte_count, mtime_ns=image.mtime_ns)
        )


def _crop(box: object) -> Crop | None:
    """The box with its edges inside the picture's upper left corner, None if it has no area."""
    if not isinstance(box, list) or len(box) != 4:
        return None
    edges = [_whole(edge) for edge in box]
    if any(edge is None for edge in edges):
        return None
    x1, y1, x2, y2 = (max(0, edge or 0) for edge in edges)
    return (x1, y1, x2, y2) if x2 > x1 and y2 > y1 else None


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if abs(value) < 2**53 else None


def _stem(name: str) -> str:
    return name.partition(".")[0]


def _suffix(name: str) -> str:
    dot = name.rfind(".")
    return name[dot:].lower() if dot != -1 else ""


def _by_number(key: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(p), "") if p.isdecimal() else (-1, p) for p in key.split("/"))
