"""A colour's name is shown in the colour that its photos have."""

from dataclasses import replace

import numpy as np
import pytest
from made_catalogue import add_item, add_photo, add_source
from shots import jpeg

from core.catalogue.database import open_catalogue
from core.cleaning.hash_photos import hash_pending
from core.embedding.index import Index
from core.embedding.shades import shades_of
from core.jobs.context import JobContext
from core.project import create_project
from explorer.map_colours import OTHERS, by_category

NAMES = ("rouge", "bleu", "schwarz", "weiß", "rare")
COLOURS = ((190, 30, 40), (40, 60, 190), (12, 12, 14), (250, 250, 248), (30, 160, 60))
COUNTS = (6, 5, 4, 3, 2)


@pytest.fixture(scope="module")
def shades(tmp_path_factory):
    """Of plain photos in those colours, and of two in green."""
    folder = tmp_path_factory.mktemp("scrape")
    rng = np.random.default_rng(0)
    codes = np.repeat(np.arange(len(NAMES)), COUNTS)
    with open_catalogue(create_project(folder / "p.pickglass")) as catalogue:
        item = add_item(catalogue, add_source(catalogue, folder), "all")
        for number, code in enumerate(codes):
            photo = np.clip(np.array(COLOURS[code]) + rng.normal(0, 3, (80, 60, 3)), 0, 255)
            (folder / f"{number}.jpg").write_bytes(jpeg(photo.astype(np.uint8)))
            add_photo(catalogue, item, f"{number}.jpg", status="new", content_hash=None)
        hash_pending(catalogue, workers=1)
        rows = catalogue.connection.execute("SELECT id, content_hash FROM photo ORDER BY id")
        ids, contents = zip(*rows.fetchall(), strict=True)
        index = Index(
            np.eye(len(ids), 3, dtype=np.float32),
            np.array(ids, np.int64),
            contents,
            model_hash="m",
            metric="l2",
            run="r",
            side_px=64,
            fit="pad",
        )
        unknown = replace(index, content_hashes=tuple(b"?" for _ in ids))
        yield (
            codes,
            [shades_of(catalogue, each, codes, JobContext()) for each in (index, unknown)],
        )


def palette(shades, codes, *, dark):
    return by_category("colour", codes, NAMES, shades).palette(dark=dark).astype(int)


@pytest.mark.parametrize("dark", [False, True])
def test_names_have_the_colours_of_their_photos(shades, dark):
    codes, (found, _) = shades
    red, blue, black, white = palette(found, codes, dark=dark)[:4]
    assert red[0] > 2 * red[2]
    assert blue[2] > 2 * blue[0]
    assert white.mean() > black.mean() + 60
    assert np.ptp(black) < 40


def test_black_and_white_are_told_from_the_ground(shades):
    codes, (found, _) = shades
    assert palette(found, codes, dark=True)[2].mean() > 60
    assert palette(found, codes, dark=False)[3].mean() < 225


def test_too_few_photos_leave_a_name_the_colour_that_it_would_have(shades):
    codes, (found, unknown) = shades
    plain = palette(None, codes, dark=True)
    assert np.isnan(found[4]).all()
    assert (palette(found, codes, dark=True)[4] == plain[4]).all()
    assert np.isnan(unknown).all()
    assert (palette(unknown, codes, dark=True) == plain).all()


def test_rare_names_have_their_own_shade_where_it_is_known():
    codes = np.repeat(np.arange(14), np.arange(28, 14, -1))
    names = [str(code) for code in range(14)]
    shades = np.full((14, 3), np.nan, np.float32)
    shades[[0, 1, 11, 12]] = [[50, 60, 30], [40, 10, -60], [60, -50, 40], [80, 0, 70]]
    named, plain = by_category("colour", codes, names, shades), by_category("colour", codes, names)
    drawn, usual = (each.palette(dark=True).astype(int)[each.codes] for each in (named, plain))
    differs = {int(code): bool((drawn[at] != usual[at]).any()) for at, code in enumerate(codes)}
    assert [code for code, does in differs.items() if does] == [0, 1, 11, 12]
    assert named.codes[codes == 13].tolist() == [OTHERS] * (codes == 13).sum()
    assert [entry.text for entry in named.legend][10:] == ["2 more, as they are", "2 others"]
    assert named.legend[10].code is None
