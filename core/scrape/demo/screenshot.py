"""A phone's screenshot of a shop page, as sellers upload it by mistake or to show the new price."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator

from core.scrape.demo.files import resized
from core.scrape.demo.listings import Listing
from core.scrape.demo.textures import Bytes
from core.scrape.demo.words import Language

_WORDS: dict[Language, tuple[str, str, str, str]] = {
    "en": ("Buy now", "Ask seller", "Includes Buyer Protection", "Size {size} · Very good"),
    "de": ("Kaufen", "Frage stellen", "Inkl. Käuferschutz", "Größe {size} · Sehr gut"),
    "fr": ("Acheter", "Message", "Protection acheteurs incluse", "Taille {size} · Très bon état"),
}


def render_screenshot(photo: Bytes, listing: Listing, side_px: int, rng: Generator) -> Bytes:
    """The listing's page with a photo on it, (H, W, 3) sRGB; 9:19 upright, `side_px` high."""
    height, width = 1900, 900
    night = rng.random() < 0.3
    ground = (24, 25, 28) if night else (255, 255, 255)
    ink = (236, 236, 238) if night else (24, 26, 30)
    faint = (150, 152, 158)
    accent = ((12, 122, 118), (98, 68, 160), (196, 72, 60), (34, 96, 180))[int(rng.integers(4))]
    page = np.empty((height, width, 3), np.uint8)
    page[:] = ground
    _status_bar(page, ink, rng)
    _write(page, "‹", (44, 140), 64, ink, 500)
    _write(page, listing.brand, (110, 132), 38, ink, 600)
    cv2.circle(page, (800, 116), 5, ink, -1, cv2.LINE_AA)
    cv2.circle(page, (822, 116), 5, ink, -1, cv2.LINE_AA)
    cv2.circle(page, (844, 116), 5, ink, -1, cv2.LINE_AA)

    top, picture_height = 180, 1000
    scale = max(width / photo.shape[1], picture_height / photo.shape[0])
    large = resized(
        photo, -(-round(photo.shape[1] * scale) // 1), round(photo.shape[0] * scale) + 1
    )
    y, x = (large.shape[0] - picture_height) // 2, max((large.shape[1] - width) // 2, 0)
    part = large[y : y + picture_height, x : x + width]
    page[top : top + part.shape[0], : part.shape[1]] = part
    for k in range(4):
        dot = (255, 255, 255) if k == 0 else (190, 190, 190)
        cv2.circle(page, (405 + 30 * k, 1145), 8, dot, -1, cv2.LINE_AA)
    cv2.rectangle(page, (760, 1080), (866, 1146), (255, 255, 255), -1)
    _write(page, f"♡ {int(rng.integers(2, 60))}", (772, 1128), 34, (40, 40, 44), 500)

    buy, ask, protection, details = _WORDS[listing.language]
    _write(page, listing.title[:38], (40, 1260), 42, ink, 500)
    _write(page, details.format(size=listing.short_size), (40, 1322), 32, faint, 400)
    _write(page, listing.shown_price, (40, 1402), 52, ink, 700)
    _write(page, protection, (40, 1454), 28, accent, 500)
    cv2.line(page, (0, 1500), (width, 1500), (60, 62, 66) if night else (228, 228, 230), 2)
    cv2.circle(page, (92, 1580), 44, (214, 186, 170), -1, cv2.LINE_AA)
    cv2.circle(page, (92, 1566), 16, (246, 236, 228), -1, cv2.LINE_AA)
    cv2.ellipse(page, (92, 1606), (27, 18), 0, 180, 360, (246, 236, 228), -1, cv2.LINE_AA)
    _write(page, listing.seller, (160, 1576), 34, ink, 600)
    _write(page, f"★★★★★  {int(rng.integers(8, 340))}", (160, 1618), 28, (222, 166, 40), 400)
    _button(page, (36, 1690, 436, 1784), ground, accent, ask, accent)
    _button(page, (464, 1690, 864, 1784), accent, accent, buy, (255, 255, 255))
    cv2.rectangle(page, (310, 1860), (590, 1868), ink, -1)
    final_width = max(round(side_px * width / height), 1)
    return resized(page, final_width, side_px)


def _status_bar(page: Bytes, ink: tuple[int, int, int], rng: Generator) -> None:
    _write(
        page, f"{int(rng.integers(7, 24)):02d}:{int(rng.integers(60)):02d}", (44, 54), 34, ink, 600
    )
    for k in range(4):
        cv2.rectangle(page, (690 + 14 * k, 50 - 7 * (k + 1)), (698 + 14 * k, 52), ink, -1)
    cv2.rectangle(page, (790, 26), (846, 54), ink, 3, cv2.LINE_AA)
    cv2.rectangle(page, (796, 31), (796 + int(rng.integers(8, 45)), 49), ink, -1)
    cv2.rectangle(page, (849, 35), (854, 45), ink, -1)


def _write(
    page: Bytes, text: str, at: tuple[int, int], size: int, ink: tuple[int, int, int], weight: int
) -> None:
    cv2.putText(page, text, at, ink, cv2.FontFace("sans"), size, weight)


def _button(
    page: Bytes,
    box: tuple[int, int, int, int],
    fill: tuple[int, int, int],
    edge: tuple[int, int, int],
    text: str,
    ink: tuple[int, int, int],
) -> None:
    left, top, right, bottom = box
    cv2.rectangle(page, (left, top), (right, bottom), fill, -1)
    cv2.rectangle(page, (left, top), (right, bottom), edge, 3, cv2.LINE_AA)
    _, _, wide, _ = cv2.getTextSize((0, 0), text, (0, 0), cv2.FontFace("sans"), 36, 600)
    _write(page, text, ((left + right - wide) // 2, bottom - 34), 36, ink, 600)
