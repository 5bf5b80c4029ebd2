"""The demo's photos: garments keep their cut and cloth while everything around them changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.scrape.demo.camera import Camera, Scene, Shot, project
from core.scrape.demo.film import WHITE_PAINT, Exposure, Film, develop, dimmed, paint_of, painted
from core.scrape.demo.garments import CATEGORIES, Garment, draw_garment
from core.scrape.demo.palette import COLOURS, distance
from core.scrape.demo.panels import Frame, Pose, make_warp
from core.scrape.demo.patterns import PATTERN_KINDS, VARIANTS, Pattern, draw_pattern, pattern_tile
from core.scrape.demo.render import render_photo
from core.scrape.demo.shots import draw_shots
from core.scrape.demo.surfaces import SURFACES, TINTS, surface
from core.scrape.demo.tailoring import lay_out

RED, WHITE, BLUE = (180, 30, 40), (240, 240, 240), (30, 60, 160)


def a_garment(seed: int = 3, category: str = "tshirts") -> Garment:
    return draw_garment("garment", category, "Nordfaden", np.random.default_rng(seed))


def a_shot(**changes) -> Shot:
    return replace(Shot(pose=Pose(seed=4), seed=5), **changes)


def all_over_designs() -> list[Pattern]:
    return [
        Pattern(kind, variant, RED, BLUE, round(low * 1.2, 1), 0.4, 9)
        for kind in PATTERN_KINDS
        for variant, (low, _) in VARIANTS[kind].items()
        if not variant.startswith("chest")
    ]


def test_a_photo_is_the_same_whatever_was_drawn_before():
    garment, shot = a_garment(), a_shot()
    first = render_photo(garment, shot, 120)
    for seed in range(3):
        render_photo(a_garment(seed, "dresses"), a_shot(scene=Scene(surface="marble")), 120)
    assert np.array_equal(render_photo(garment, shot, 120), first)


@pytest.mark.parametrize(
    ("aspect", "size"), [(0.75, (120, 90)), (1.0, (120, 120)), (4 / 3, (90, 120))]
)
def test_a_photo_has_the_shape_that_its_camera_gives(aspect, size):
    picture = render_photo(a_garment(), a_shot(camera=Camera(aspect=aspect)), 120)
    assert picture.shape == (*size, 3)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_garment_can_be_drawn_in_every_place_and_view(category):
    kinds = {"floor", "bed", "door", "wall", "rail", "form", "figure"}
    seen = set()
    rng = np.random.default_rng(1)
    for number in range(40):
        garment = a_garment(number, category)
        for shot in draw_shots(garment, 3, rng):
            if (shot.scene.kind, shot.view) not in seen:
                seen.add((shot.scene.kind, shot.view))
                assert render_photo(garment, shot, 64).std() > 3
    assert {kind for kind, _ in seen} == kinds


def test_another_pattern_changes_the_cloth_and_leaves_the_room():
    garment, shot = a_garment(), a_shot(film=Film(noise=0))
    plain = render_photo(replace(garment, pattern=Pattern()), shot, 160).astype(int)
    striped = Pattern("horizontal_stripes", "even", WHITE, WHITE, 6.0, 0.5)
    change = np.abs(render_photo(replace(garment, pattern=striped), shot, 160) - plain).mean(axis=2)
    room = np.concatenate([change[:6].ravel(), change[-6:].ravel()])
    assert change[60:100, 45:75].mean() > 5 * room.mean()


def test_the_back_does_not_bear_the_chest_print():
    garment = replace(a_garment(), pattern=Pattern("print", "chest_number", WHITE, BLUE, 26.0))
    without = replace(garment, pattern=Pattern())
    for view, differs in (("front", True), ("back", False)):
        shot = a_shot(view=view)
        same = np.array_equal(render_photo(garment, shot, 120), render_photo(without, shot, 120))
        assert same is not differs


@pytest.mark.parametrize("pattern", all_over_designs(), ids=lambda p: f"{p.kind}-{p.variant}")
def test_a_pattern_repeats_without_a_seam(pattern):
    tile = pattern_tile(WHITE, pattern).levels[0].astype(int)
    for axis in (0, 1):
        steps = np.abs(np.diff(tile, axis=axis)).mean(axis=tuple({0, 1, 2} - {axis}))
        across = np.abs(np.take(tile, 0, axis) - np.take(tile, -1, axis)).mean()
        assert across <= steps.max() + 1e-9


def test_no_two_designs_look_the_same():
    points = np.meshgrid(*[np.linspace(0, 30, 90, dtype=np.float32)] * 2)
    pictures = [pattern_tile(WHITE, pattern).lay(*points, 3.0) for pattern in all_over_designs()]
    for number, picture in enumerate(pictures):
        for other in pictures[:number]:
            assert np.abs(picture.astype(int) - other).mean() > 2


def test_stripes_come_as_often_and_as_wide_as_they_say():
    stripes = Pattern("horizontal_stripes", "even", RED, RED, scale_cm=5.0, share=0.3)
    down = np.arange(0, 20, 0.01, dtype=np.float32)[:, None]
    line = pattern_tile(WHITE, stripes).lay(np.zeros_like(down), down, 100.0)[:, 0, 1]
    assert np.array_equal(line[:1500], line[500:])
    assert (line < 130).mean() == pytest.approx(0.3, abs=0.02)


def test_vertical_stripes_run_down_and_horizontal_ones_across():
    for kind, axis in (("vertical_stripes", 0), ("horizontal_stripes", 1)):
        tile = pattern_tile(WHITE, Pattern(kind, "even", RED, RED, 4.0)).levels[0].astype(int)
        assert np.ptp(tile, axis=axis).max() == 0
        assert np.ptp(tile, axis=1 - axis).max() > 100


def test_a_tile_repeats_at_every_multiple_of_its_side_on_both_sides_of_nought():
    tile = surface("tiles")
    side_cm = tile.levels[0].shape[0] / tile.px_per_cm
    u, v = np.meshgrid(*[np.linspace(0, side_cm, 50, dtype=np.float32)[:-1]] * 2)
    laid = tile.lay(u, v, tile.px_per_cm).astype(int)
    for turns in (-2, -1, 1, 3):
        again = tile.lay(u + turns * side_cm, v - turns * side_cm, tile.px_per_cm)
        assert np.abs(again - laid).max() <= 2  # a float's last digits


def test_a_pattern_seen_from_far_is_averaged_and_does_not_shimmer():
    checks = pattern_tile(WHITE, Pattern("checks", "gingham", RED, RED, scale_cm=1.0))
    far = np.meshgrid(*[np.arange(0, 60, 1.03, dtype=np.float32)] * 2)
    near = np.meshgrid(*[np.arange(0, 10, 0.04, dtype=np.float32)] * 2)
    seen_far, seen_near = checks.lay(*far, 1.0), checks.lay(*near, 25.0)
    assert seen_far[..., 1].std() < 0.25 * seen_near[..., 1].std()
    assert abs(seen_far[..., 1].mean() - seen_near[..., 1].mean()) < 6


def test_every_kind_of_pattern_is_drawn_in_time():
    rng = np.random.default_rng(1)
    drawn = [draw_pattern(WHITE, rng) for _ in range(300)]
    assert {pattern.kind for pattern in drawn} == set(PATTERN_KINDS)
    plain = sum(pattern.kind == "plain" for pattern in drawn) / len(drawn)
    assert 0.2 < plain < 0.45


def test_a_second_colour_stands_out_from_the_first():
    rng = np.random.default_rng(2)
    for colour in COLOURS.values():
        assert distance(draw_pattern(colour, rng, "dots").second, colour) > 60


def test_the_camera_aims_at_its_focus():
    low, high = np.array([-30.0, 0.0]), np.array([30.0, 70.0])
    camera = Camera(focus=(0.25, 0.75), turn=0.3, tilt=(0.2, -0.1))
    seen = project(camera, low, high, 400).to_pixels(np.array([[-15.0, 52.5]]))
    assert seen[0] == pytest.approx([150, 200])


def test_a_straight_view_fills_the_share_of_the_frame_that_was_asked_for():
    low, high = np.array([-25.0, 0.0]), np.array([25.0, 60.0])
    seen = project(Camera(fill=0.8), low, high, 400).to_pixels(np.array([low, high]))
    # 300 by 400 pixels for 50 by 60 cm: the width is short, at 6 px to a cm.
    assert seen[1] - seen[0] == pytest.approx([0.8 * 300, 0.8 * 300 * 60 / 50])


def test_the_plane_under_each_pixel_is_what_falls_on_it():
    camera = Camera(turn=-0.2, tilt=(0.25, 0.1), distance_cm=100)
    projection = project(camera, np.array([-30.0, 0.0]), np.array([30.0, 70.0]), 40)
    x, y = projection.plane()
    back = projection.to_pixels(np.column_stack([x.ravel(), y.ravel()]).astype(float))
    columns, rows = np.meshgrid(np.arange(30), np.arange(40))
    assert back == pytest.approx(np.column_stack([columns.ravel(), rows.ravel()]), abs=0.02)


def test_unbending_undoes_bending():
    warp = make_warp(Pose(skew=2.0, wobble=0.5, seed=3), 70.0)
    points = np.random.default_rng(1).uniform([-25, 0], [25, 70], (200, 2))
    x, y = warp.unbend(*warp.bend(points).T)
    assert np.abs(np.column_stack([x, y]) - points).max() < 0.8  # to first order


def test_cloth_round_a_body_is_seen_foreshortened_at_its_sides():
    girth = np.array([[0.0, 100.0], [15.0, 15.0], [24.0, 24.0]])
    frame = Frame(np.zeros(2), np.array([1.0, 0.0]), girth=girth)
    u, v = frame.cloth(np.array([0.0, 1.0, 14.0, 15.0]), np.full(4, 50.0))
    assert v == pytest.approx(50.0)
    assert u[0] == 0
    assert u[3] - u[2] > 2 * (u[1] - u[0])


@pytest.mark.parametrize("manner", ["lying", "hanging", "worn"])
def test_the_two_halves_of_a_garment_mirror_each_other_where_it_lies_straight(manner):
    layout = lay_out(a_garment(), Pose(manner=manner, wobble=0.0), back=True)
    body = next(piece for piece in layout.pieces if getattr(piece, "name", "") == "body")
    assert body.outline[:, 0].min() == pytest.approx(-body.outline[:, 0].max())


def test_more_light_gives_a_brighter_picture_and_white_stays_white():
    light = np.ones((40, 30), np.float32)
    grey = np.full((40, 30, 3), paint_of((124, 124, 124)), np.uint8)
    lamp = np.ones((4, 3), np.float32)
    dim, bright = (
        develop(Exposure(grey, light), lamp, Film(exposure=stops, noise=0, vignette=0), 1)
        for stops in (-1, 1)
    )
    assert dim.mean() < bright.mean() - 30
    glaring = Exposure(grey, light * 20)
    assert develop(glaring, lamp, Film(noise=0, vignette=0, exposure=2), 1).min() > 240


def test_paint_follows_the_root_of_the_light_that_the_srgb_curve_gives():
    half = np.full((1, 1, 3), 188, np.uint8)  # ((188/255 + 0.055) / 1.055) ** 2.4 = 0.5029
    assert painted(half)[0, 0].tolist() == [128] * 3  # 180 * sqrt(0.5029) = 127.65
    assert painted(np.full((1, 1, 3), 255, np.uint8)).tolist() == [[[WHITE_PAINT] * 3]]
    assert paint_of((188, 188, 188), share=0.5) == (90, 90, 90)  # 127.65 * sqrt(0.5) = 90.26


def test_paint_that_reflects_a_quarter_is_half_the_number():
    paint = np.full((2, 2, 3), 120, np.uint8)
    assert dimmed(paint, np.full((2, 2), 0.25, np.float32)).tolist() == [[[60] * 3] * 2] * 2


@pytest.mark.parametrize("kind", SURFACES)
def test_a_surface_keeps_its_tints_brightness_and_has_a_texture(kind):
    picture = surface(kind).levels[0]
    assert 120 < picture.mean() < 205
    assert picture.std() > 1.5
    assert TINTS[kind]
