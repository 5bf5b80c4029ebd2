"""Makes one planned item: its files' bytes, its page and the truth about both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from core.scrape.demo.dirt import ERROR_PAGE, Made, blurred, copy_of, dark, disguised, truncated
from core.scrape.demo.files import ORIENTATIONS, jpeg, jpeg_with_orientation
from core.scrape.demo.pages import write_page
from core.scrape.demo.plan import PlannedItem, PlannedPhoto, Settings, plan_item
from core.scrape.demo.render import render_photo
from core.scrape.demo.screenshot import render_screenshot
from core.scrape.demo.tags import render_tag
from core.scrape.demo.textures import Bytes
from core.scrape.demo.truth import COPY_KINDS, Kind, TruthRow


@dataclass(frozen=True)
class MadeItem:
    """An item ready to be written.

    Attributes:
        folder: Relative to the scrape.
        page: The HTML of its page.
        files: Name and bytes of each photo.
        rows: The truth about each, in the same order.
    """

    folder: str
    page: str
    files: tuple[tuple[str, bytes], ...]
    rows: tuple[TruthRow, ...]


def make_item(settings: Settings, number: int) -> MadeItem:
    """Item `number` of a demo; the same bytes for the same settings, whoever makes it."""
    item = plan_item(settings, number)
    done: dict[tuple[int, int], bytes] = {}  # clean files, which copies are made from
    made: dict[int, Made] = {}
    for place, photo in enumerate(item.photos):
        if photo.kind is Kind.CLEAN:
            made[place] = Made(_clean_file(photo, settings.side_px))
            done[number, place] = made[place].data
    for place, photo in enumerate(item.photos):
        if photo.source is not None:
            if photo.source not in done:
                original = plan_item(settings, photo.source[0]).photos[photo.source[1]]
                done[photo.source] = _clean_file(original, settings.side_px)
            made[place] = copy_of(done[photo.source], photo.kind, np.random.default_rng(photo.seed))
        elif photo.kind is not Kind.CLEAN:
            made[place] = _file(photo, item, settings.side_px)
    return MadeItem(
        folder=item.folder,
        page=write_page(item.listing, item.style),
        files=tuple((photo.name, made[k].data) for k, photo in enumerate(item.photos)),
        rows=tuple(_row(settings, item, photo, made[k]) for k, photo in enumerate(item.photos)),
    )


def _row(settings: Settings, item: PlannedItem, photo: PlannedPhoto, made: Made) -> TruthRow:
    source = ""
    if photo.kind in COPY_KINDS and photo.source is not None:
        other = plan_item(settings, photo.source[0])
        source = f"{other.folder}/{other.photos[photo.source[1]].name}"
    view: str = photo.shot.view if photo.shot else ""
    if photo.kind in (Kind.TAG, Kind.SCREENSHOT):
        view = "tag" if photo.kind is Kind.TAG else "screen"
    garment = photo.garment
    return TruthRow(
        path=f"{item.folder}/{photo.name}",
        item=item.folder,
        garment=garment.id if garment else "",
        kind=photo.kind,
        source=source,
        detail=made.detail,
        pattern=garment.pattern.kind if garment else "",
        colour=garment.colour_name if garment else "",
        category=item.garment.category,
        view=view,
    )


def _picture(photo: PlannedPhoto, side_px: int) -> tuple[Bytes, int]:
    """The photo's pixels and the quality its phone stores them with."""
    if photo.garment is None or photo.shot is None:
        raise ValueError(f"{photo.name} shows nothing that could be drawn")
    return render_photo(photo.garment, photo.shot, side_px), photo.shot.film.quality


def _clean_file(photo: PlannedPhoto, side_px: int) -> bytes:
    return jpeg(*_picture(photo, side_px))


def _file(photo: PlannedPhoto, item: PlannedItem, side_px: int) -> Made:
    """A file that is neither a plain clean photo nor a copy of one."""
    rng = np.random.default_rng(photo.seed)
    if photo.kind is Kind.HTML:
        return Made(ERROR_PAGE.encode(), "403")
    if photo.kind is Kind.EMPTY:
        return Made(b"")
    if photo.kind is Kind.TAG:
        return _tag(photo, item, side_px, rng)
    picture, quality = _picture(photo, side_px)
    if photo.kind is Kind.SCREENSHOT:
        page = render_screenshot(picture, item.listing, side_px, rng)
        return Made(jpeg(page, 90), "page of this item")
    if photo.kind is Kind.TRUNCATED:
        return truncated(jpeg(picture, quality), rng)
    if photo.kind is Kind.EXIF_ROTATED:
        orientation = int(rng.choice(ORIENTATIONS, p=[0.1, 0.6, 0.3]))
        data = jpeg_with_orientation(picture, quality, orientation)
        return Made(data, f"orientation {orientation}")
    if photo.kind is Kind.NO_EXTENSION:
        return Made(jpeg(picture, quality), "jpeg")
    if photo.kind is Kind.WRONG_EXTENSION:
        return disguised(picture, quality, rng)
    if photo.kind is Kind.BLURRED:
        picture, detail = blurred(picture, rng)
        return Made(jpeg(picture, quality), detail)
    if photo.kind is Kind.DARK:
        picture, detail = dark(picture, rng)
        return Made(jpeg(picture, quality), detail)
    return Made(jpeg(picture, quality))  # a photo of another item


def _tag(photo: PlannedPhoto, item: PlannedItem, side_px: int, rng: Generator) -> Made:
    if photo.garment is None or photo.shot is None:
        raise ValueError(f"{photo.name} has no garment to take a label from")
    listing = item.listing
    picture, name = render_tag(
        photo.garment, photo.shot, listing.short_size, listing.shown_price, side_px, rng
    )
    return Made(jpeg(picture, int(rng.integers(78, 94))), name)
