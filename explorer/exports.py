"""What the gallery lists, as a table for programs and as a page for people."""

from __future__ import annotations

import base64
import csv
import html
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PyQt5.QtCore import QPoint, QRect, Qt
from PyQt5.QtGui import QColor, QFontMetrics, QImage, QPainter
from PyQt5.QtWidgets import QWidget

from core import images
from core.catalogue.records import Photo
from core.errors import displayable
from core.images import Pixels, UnreadableImage
from core.jobs.context import JobContext
from core.qt.pixel_cache import Rendition
from core.qt.qt_pixels import to_image
from core.qt.theme import colours, scaled_font
from explorer.gallery_tile import PAD_PX, Entry, Look, item_words, paint_entry, words_height
from explorer.library import Facts

_PHOTO_PX = 220
_COLUMNS = 6
_HEADER = (
    "rank", "photo_id", "item_id", "key", "title", "brand", "size", "colour", "price", "currency",
    "condition", "category", "distance", "mark", "url", "file", "tags",
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """One entry with what is known of its photo."""

    entry: Entry
    facts: Facts


def to_csv(listed: Sequence[Listed]) -> bytes:
    """A line for each photo, UTF-8 with a mark at its beginning, so that spreadsheets know it."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(_HEADER)
    for rank, (entry, facts) in enumerate(((one.entry, one.facts) for one in listed), start=1):
        photo, item = facts.photo, facts.item
        if photo is None or item is None:
            continue
        said = item.metadata
        writer.writerow(
            (
                rank, photo.id, item.id, _plain(item.key), _plain(said.title), _plain(said.brand),
                _plain(said.size), _plain(said.colour), said.price, said.currency,
                _plain(said.condition), _plain(said.category), entry.figure, str(entry.mark),
                said.url, displayable(photo.file), json.dumps(photo.tags, ensure_ascii=False),
            )
        )  # fmt: skip
    return file.getvalue().encode("utf-8-sig")


def read_thumbnails(photos: Sequence[Photo | None], context: JobContext) -> list[Pixels | None]:
    """Small pictures of photos, off the GUI thread; None where one cannot be read."""
    found: list[Pixels | None] = []
    for number, photo in enumerate(photos):
        context.check_cancelled()
        context.report("Reading photos", number, len(photos))
        found.append(None if photo is None else _small(photo))
    return found


def to_html(
    title: str, query: Pixels | None, listed: Sequence[Listed], pixels: Sequence[Pixels | None]
) -> bytes:
    """One file with all photos in it, for sending around."""
    cells = []
    for one, picture in zip(listed, pixels, strict=True):
        words = html.escape(item_words(one.facts.item))
        name = html.escape(one.facts.title)
        url = "" if one.facts.item is None else one.facts.item.metadata.url
        if url.startswith(("http://", "https://")):
            name = f'<a href="{html.escape(url, quote=True)}">{name}</a>'
        figure, mark = html.escape(one.entry.figure), html.escape(str(one.entry.mark))
        cells.append(
            f"<figure>{_img(picture)}<figcaption><b>{figure}</b> {mark} {name}<br>{words}"
            "</figcaption></figure>"
        )
    page = f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>
<style>
body {{ font: 14px system-ui, sans-serif; margin: 24px; background: #f4f4f4; color: #1b1b1b }}
main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); gap: 14px }}
figure {{ margin: 0; background: #fff; padding: 8px; border-radius: 6px }}
img {{ width: 100%; height: 200px; object-fit: contain }}
figcaption {{ overflow-wrap: anywhere }}
</style>
<h1>{html.escape(title)}</h1>
{"" if query is None else f'<div style="width: 220px">{_img(query)}</div>'}
<main>{"".join(cells)}</main>
</html>
"""
    return page.encode()


def to_picture(
    title: str,
    query: Pixels | None,
    listed: Sequence[Listed],
    pixels: Sequence[Pixels | None],
    owner: QWidget,
) -> QImage:
    """The gallery as one picture, all of it; on the GUI thread, in the colours that are shown.

    The title stands above it, and the query's photo where there is one.
    """
    font, bold = scaled_font(owner, 0.88), scaled_font(owner, 1.4, bold=True)
    words = QFontMetrics(bold)
    top = words.height() + 2 * PAD_PX
    if query is not None:
        top += query.shape[0] + PAD_PX
    width = _PHOTO_PX + 2 * PAD_PX
    height = width + words_height(QFontMetrics(font))
    lines = -(-len(listed) // _COLUMNS)
    image_px = min(_COLUMNS, len(listed)) * width
    image = QImage(image_px, top + lines * height, QImage.Format.Format_RGB32)
    shades = colours(owner)
    image.fill(QColor(shades.window))
    painter = QPainter(image)
    painter.setFont(bold)
    painter.setPen(QColor(shades.text))
    heading = words.elidedText(title, Qt.TextElideMode.ElideRight, image_px - 2 * PAD_PX)
    painter.drawText(PAD_PX, PAD_PX + words.ascent(), heading)
    if query is not None:
        painter.drawImage(PAD_PX, words.height() + 2 * PAD_PX, to_image(query))
    painter.setFont(font)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for number, (one, picture) in enumerate(zip(listed, pixels, strict=True)):
        corner = QPoint(number % _COLUMNS * width, top + number // _COLUMNS * height)
        rendition = None
        if picture is not None:
            rendition = Rendition(to_image(picture), picture.shape[1], picture.shape[0])
        look = Look(
            QRect(corner.x(), corner.y(), width, height), rendition,
            "" if picture is not None else "This file cannot be shown",
            is_selected=False, is_current=False, is_hovered=False,
        )  # fmt: skip
        paint_entry(painter, one.entry, one.facts, look, shades, 1.0)
    painter.end()
    return image


def _small(photo: Photo) -> Pixels | None:
    try:
        pixels = images.load(photo.file, at_least=(_PHOTO_PX, _PHOTO_PX)).pixels
    except UnreadableImage:
        return None
    if photo.crop is not None:
        left, top, right, bottom = photo.crop
        pixels = images.load(photo.file).pixels[top:bottom, left:right]
        if not pixels.size:
            return None
    return images.fit_within(np.ascontiguousarray(pixels), _PHOTO_PX, _PHOTO_PX)


def _img(picture: Pixels | None) -> str:
    if picture is None:
        return "<div>This file cannot be shown</div>"
    encoded = base64.b64encode(images.encode_jpeg(picture, 88)).decode()
    return f'<img alt="" src="data:image/jpeg;base64,{encoded}">'


def _plain(text: str) -> str:
    """Text that a spreadsheet takes for text: what begins like a formula gets a quote."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
