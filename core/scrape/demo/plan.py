"""Decides what every file of the demo will be, before anything is drawn.

Each item's plan follows from the settings and its number alone, so that items can be made in any
order and by any process. Dirt is dealt in blocks of fifty items, so that every kind is met early
and its rate stays the same however large the demo is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache

import numpy as np
from numpy.random import Generator

from core.scrape.demo.camera import Shot
from core.scrape.demo.garments import CATEGORIES, Category, Garment, draw_garment
from core.scrape.demo.listings import Listing, draw_brand, draw_listing
from core.scrape.demo.pages import PageStyle
from core.scrape.demo.shots import draw_shots, retaken
from core.scrape.demo.truth import CLEAN_KINDS, COPY_KINDS, Kind

BLOCK = 50
_EXTRA_DIRT: dict[Kind, int] = {  # how many more than one there are in a block of fifty items
    Kind.TAG: 4,
    Kind.BYTE_COPY: 3,
    Kind.REENCODED: 2,
    Kind.OTHER_ITEM: 2,
    Kind.CROPPED: 2,
    Kind.BLURRED: 2,
    Kind.RESIZED: 1,
    Kind.ROTATED: 1,
    Kind.WATERMARKED: 1,
    Kind.RELISTED: 1,
    Kind.SCREENSHOT: 1,
    Kind.DARK: 1,
    Kind.EXIF_ROTATED: 3,
    Kind.NO_EXTENSION: 1,
    Kind.WRONG_EXTENSION: 2,
}
_STYLE_SHARES = {
    PageStyle.LD_JSON: 0.28,
    PageStyle.OPEN_GRAPH: 0.12,
    PageStyle.ITEMPROP: 0.22,
    PageStyle.TEST_ID: 0.2,
    PageStyle.ITEM_DTO: 0.18,
}
_PHOTO_COUNTS = {2: 0.16, 3: 0.21, 4: 0.22, 5: 0.17, 6: 0.12, 7: 0.07, 8: 0.05}


@dataclass(frozen=True)
class Settings:
    """All that the demo follows from: how many items, which seed, photos' longer side."""

    items: int
    seed: int
    side_px: int


@dataclass(frozen=True)
class PlannedPhoto:
    """One file to be made.

    Attributes:
        name: Its file name.
        kind: What it is to be.
        garment: What it shows, None for files that show nothing.
        shot: How it is taken, None where nothing is photographed.
        source: For copies the item's number and the original's place among its photos.
        seed: Draws how the dirt is made.
    """

    name: str
    kind: Kind
    garment: Garment | None
    shot: Shot | None
    source: tuple[int, int] | None
    seed: int


@dataclass(frozen=True)
class PlannedItem:
    """One item folder to be made; photos in the order of their names' numbers."""

    number: int
    folder: str
    garment: Garment
    listing: Listing
    style: PageStyle
    photos: tuple[PlannedPhoto, ...]


@dataclass(frozen=True)
class _Dealt:
    """What a block's deck gave to one item; `relists` is the number of the item listed again."""

    dirt: tuple[Kind, ...]
    style: PageStyle
    relists: int | None


class _Stream(IntEnum):
    """Separate random streams, so that a change in one thing leaves the others as they were."""

    GARMENT = 1
    SHOTS = 2
    LISTING = 3
    DEAL = 4
    ORDER = 5
    OTHER = 6
    EXTRA_SHOTS = 7


@lru_cache(maxsize=64)
def plan_item(settings: Settings, number: int) -> PlannedItem:
    """What item `number` (from 0) will hold."""
    dealt = _deal(settings, number // BLOCK)[number % BLOCK]
    garment = _garment(settings, number if dealt.relists is None else dealt.relists)
    rng = _rng(settings, _Stream.ORDER, number)
    if dealt.relists is not None:
        photos = _relisted_photos(settings, number, dealt.relists, garment, rng)
    else:
        photos = _own_photos(settings, number, garment, dealt.dirt, rng)
    return PlannedItem(
        number=number,
        folder=f"vinted_{garment.category}/item_{number:06d}",
        garment=garment,
        listing=draw_listing(garment, number, _rng(settings, _Stream.LISTING, number)),
        style=dealt.style,
        photos=photos,
    )


def _rng(settings: Settings, stream: _Stream, number: int) -> Generator:
    return np.random.default_rng([settings.seed, int(stream), number])


def _category(settings: Settings, number: int) -> Category:
    order = _rng(settings, _Stream.GARMENT, number // len(CATEGORIES)).permutation(len(CATEGORIES))
    return CATEGORIES[int(order[number % len(CATEGORIES)])]


def _garment(settings: Settings, number: int) -> Garment:
    rng = np.random.default_rng([settings.seed, int(_Stream.GARMENT), number, 1])
    brand = draw_brand(rng)
    return draw_garment(f"garment_{number:06d}", _category(settings, number), brand, rng)


def _clean_shots(settings: Settings, number: int, garment: Garment) -> tuple[Shot, ...]:
    rng = _rng(settings, _Stream.SHOTS, number)
    count = int(rng.choice(list(_PHOTO_COUNTS), p=list(_PHOTO_COUNTS.values())))
    return draw_shots(garment, count, rng)


def _own_photos(
    settings: Settings, number: int, garment: Garment, dirt: tuple[Kind, ...], rng: Generator
) -> tuple[PlannedPhoto, ...]:
    shots = _clean_shots(settings, number, garment)
    kinds = [Kind.CLEAN] * len(shots)
    for kind in dirt:
        if kind in CLEAN_KINDS:  # these change how one of the item's own photos is stored
            free = [k for k in range(1, len(shots)) if kinds[k] is Kind.CLEAN]
            if free:
                kinds[int(rng.choice(free))] = kind
    photos = [
        PlannedPhoto("", kind, garment, shot, None, int(rng.integers(2**31)))
        for kind, shot in zip(kinds, shots, strict=True)
    ]
    copyable = [k for k, kind in enumerate(kinds) if kind is Kind.CLEAN]
    extra = draw_shots(garment, len(dirt) + 1, _rng(settings, _Stream.EXTRA_SHOTS, number))
    for kind, shot in zip(dirt, extra[1:], strict=True):
        if kind in CLEAN_KINDS:
            continue
        shown: Garment | None = garment
        taken: Shot | None = retaken(shot, shots[0].scene)
        source = None
        if kind in COPY_KINDS:
            source = (number, int(rng.choice(copyable)))
            taken = shots[source[1]]
        elif kind is Kind.OTHER_ITEM:
            shown = _other_garment(settings, number, garment)
            taken = retaken(draw_shots(shown, 1, rng)[0], shots[0].scene)
        elif kind is Kind.SCREENSHOT:
            taken = shots[0]
        elif kind in (Kind.HTML, Kind.EMPTY):
            shown = taken = None
        photos.append(PlannedPhoto("", kind, shown, taken, source, int(rng.integers(2**31))))
    return _ordered(photos, len(shots), number, rng)


def _relisted_photos(
    settings: Settings, number: int, listed: int, garment: Garment, rng: Generator
) -> tuple[PlannedPhoto, ...]:
    """Photos of the first listing again, with new ones of the same garment for two in three."""
    first = plan_item(settings, listed).photos
    shared = [k for k, photo in enumerate(first) if photo.kind is Kind.CLEAN]
    shots: tuple[Shot, ...] = ()
    if rng.random() < 0.67:
        shots = _clean_shots(settings, number, garment)[:4]
        shared = sorted(int(k) for k in rng.permutation(shared)[: int(rng.integers(1, 4))])
    photos = [
        PlannedPhoto("", Kind.CLEAN, garment, shot, None, int(rng.integers(2**31)))
        for shot in shots
    ]
    photos += [
        PlannedPhoto(
            "", Kind.RELISTED, garment, first[k].shot, (listed, k), int(rng.integers(2**31))
        )
        for k in shared
    ]
    return _ordered(photos, 0, number, rng)


def _other_garment(settings: Settings, number: int, own: Garment) -> Garment:
    """A garment of another item, or of a seller outside the demo where there is only this one."""
    rng = _rng(settings, _Stream.OTHER, number)
    for _ in range(16):
        other = _garment(settings, int(rng.integers(settings.items)))
        if other.id != own.id:
            return other
    return _garment(settings, settings.items + number)


def _ordered(
    photos: list[PlannedPhoto], own: int, number: int, rng: Generator
) -> tuple[PlannedPhoto, ...]:
    """Dirt strewn among the item's own photos, which keep their order; each gets its name.

    Sources inside the item, given as places among the own photos, become places in the result.
    """
    places = list(range(own))
    for late in range(own, len(photos)):
        places.insert(int(rng.integers(min(1, len(places)), len(places) + 1)), late)
    now_at = {before: after for after, before in enumerate(places)}
    named = []
    for after, before in enumerate(places):
        photo = photos[before]
        name = f"vinted_{after}_{number}" if photo.kind is Kind.NO_EXTENSION else f"{after:02d}.jpg"
        source = photo.source
        if source is not None and source[0] == number:
            source = (number, now_at[source[1]])
        named.append(replace(photo, name=name, source=source))
    return tuple(named)


@lru_cache(maxsize=8)
def _deal(settings: Settings, block: int) -> tuple[_Dealt, ...]:
    """What each item of a block is given."""
    first = block * BLOCK
    count = min(BLOCK, settings.items - first)
    rng = _rng(settings, _Stream.DEAL, block)
    one_each = [kind for kind in Kind if kind is not Kind.CLEAN]
    more = [kind for kind, times in _EXTRA_DIRT.items() for _ in range(times)]
    deck = one_each + [more[int(k)] for k in rng.permutation(len(more))]
    deck = deck[: round(len(deck) * count / BLOCK)]

    relisting: dict[int, int] = {}
    order = [int(k) for k in rng.permutation(count)]
    for k in order[: min(deck.count(Kind.RELISTED), count // 2)]:
        relisting[k] = -1
    others = [k for k in range(count) if k not in relisting]
    for k in relisting:  # inside the block, so that no other block must be known
        relisting[k] = first + int(rng.choice(others))
    given: list[list[Kind]] = [[] for _ in range(count)]
    weights = rng.exponential(1.0, len(others))
    for kind in deck:
        if kind is Kind.RELISTED:
            continue
        open_to = np.array(
            [w if len(given[k]) < 4 else 0.0 for k, w in zip(others, weights, strict=True)]
        )
        if open_to.sum() > 0:
            given[others[int(rng.choice(len(others), p=open_to / open_to.sum()))]].append(kind)

    styles = [PageStyle.BARE, PageStyle.BARE][: max(count // 20, 0)]
    if block % 4 == 0 and count >= 20:
        styles.append(PageStyle.NOT_FOUND)
    drawn = rng.choice(len(_STYLE_SHARES), size=count, p=list(_STYLE_SHARES.values()))
    styles += [list(_STYLE_SHARES)[int(k)] for k in drawn]
    styles = [styles[int(k)] for k in rng.permutation(count)]
    return tuple(_Dealt(tuple(given[k]), styles[k], relisting.get(k)) for k in range(count))
