"""A project of many photos for benchmarks, whose catalogue holds far more than the disk does."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from coded_photos import write_coded_photo

from core import images
from core.catalogue.database import Catalogue
from core.catalogue.records import Photo
from core.catalogue.thumbnails import MIN_PIXELS, QUALITY, SIDE_PX, ThumbnailStore

_FILE_COUNT = 40
_REAL_ITEMS = 60


def draw_photos(folder: Path, side: int) -> list[Path]:
    files = [folder / f"{number}.jpg" for number in range(_FILE_COUNT)]
    for number, file in enumerate(files):
        write_coded_photo(file, number, side, side * 3 // 4, quality=88)
    return files


def fill(
    catalogue: Catalogue, folder: Path, files: Sequence[Path], per_item: int, photo_count: int
) -> list[int]:
    """Stores the items; returns those whose files are there, in order.

    Every photo has a content hash of its own, so that no item profits from another's pixels.
    """
    pictures = [images.load(file) for file in files]
    thumbnails = [
        images.encode_jpeg(images.fit_within(picture.pixels, SIDE_PX, SIDE_PX), QUALITY)
        if picture.width * picture.height >= MIN_PIXELS
        else None
        for picture in pictures
    ]
    stored: list[tuple[bytes, bytes]] = []
    photos, contents = [], []
    item_count = max(_REAL_ITEMS, photo_count // per_item)
    for item_id in range(1, item_count + 1):
        for position in range(per_item):
            number = (item_id * 7 + position) % len(files)
            path = f"item_{item_id:06d}/{position:02d}-{number}.jpg"
            content = hashlib.sha256(path.encode()).digest()
            photos.append((item_id, position, path, files[number].stat().st_size, content))
            picture = pictures[number]
            contents.append((content, picture.width, picture.height))
            if item_id <= _REAL_ITEMS:
                file = folder / path
                file.parent.mkdir(exist_ok=True)
                file.symlink_to(files[number])
                thumbnail = thumbnails[number]
                if thumbnail is not None:
                    stored.append((content, thumbnail))
    with catalogue.transaction() as connection:
        connection.execute(
            "INSERT INTO source (id, root, layout, added_at) VALUES (1, ?, 'folders', 0)",
            [str(folder)],
        )
        connection.executemany(
            "INSERT INTO item (id, source_id, key) VALUES (?, 1, ?)",
            [(item_id, f"item_{item_id:06d}") for item_id in range(1, item_count + 1)],
        )
        connection.executemany(
            "INSERT INTO photo (item_id, position, source_id, path, status, byte_count,"
            " content_hash) VALUES (?, ?, 1, ?, 'ready', ?, ?)",
            photos,
        )
        connection.executemany(
            "INSERT INTO content (hash, width, height, features_version, container, orientation,"
            " phash, features) VALUES (?, ?, ?, 1, 'jpeg', 1, 0, x'')",
            contents,
        )
    with ThumbnailStore(catalogue.project) as store:
        store.put(stored)
    return list(range(1, _REAL_ITEMS + 1))


def number_of(photo: Photo) -> int:
    return int(photo.file.stem.split("-")[1])
