"""Draws how an item is photographed: a seller's rooms and phone, and each of the shots."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.random import Generator

from core.scrape.demo.camera import Camera, Folds, Light, Scene, SceneKind, Shot, View
from core.scrape.demo.film import Film
from core.scrape.demo.garments import Garment
from core.scrape.demo.palette import RGB
from core.scrape.demo.panels import Manner, Pose
from core.scrape.demo.surfaces import FLOORS, SHEETS, TINTS, WALLS

_KINDS: dict[SceneKind, float] = {
    "floor": 0.3,
    "bed": 0.2,
    "door": 0.14,
    "wall": 0.1,
    "rail": 0.06,
    "form": 0.09,
    "figure": 0.11,
}
_MANNERS: dict[SceneKind, Manner] = {
    "floor": "lying",
    "bed": "lying",
    "door": "hanging",
    "wall": "hanging",
    "rail": "hanging",
    "form": "worn",
    "figure": "worn",
}
_PAINTS: tuple[RGB, ...] = (
    (240, 238, 232),
    (232, 226, 214),
    (214, 214, 210),
    (186, 150, 112),
    (122, 88, 64),
    (196, 206, 204),
)


def draw_shots(garment: Garment, count: int, rng: Generator) -> tuple[Shot, ...]:
    """`count` different photos of a garment, as one seller takes them in one or two places."""
    places = [_scene(rng) for _ in range(2)]
    if rng.random() < 0.35:
        places[1] = places[0]
    phone, day = _phone(rng), _light(rng)
    pool: list[View] = ["back", "detail", "front", "front", "detail", "back", "front"]
    later = [pool[int(k)] for k in rng.permutation(len(pool))]
    views: list[View] = ["front", "back" if rng.random() < 0.5 else "front", *later][:count]
    habit = int(rng.integers(3))
    shots: list[Shot] = []
    for number, view in enumerate(views):
        scene = places[0] if number == 0 or rng.random() < 0.6 else places[1]
        again = sum(shot.view != "detail" and shot.scene == scene for shot in shots)
        light = day if not again and rng.random() < 0.5 else _light(rng)
        shot = _shot(garment, view, scene, light, phone, rng)
        if view != "detail" and again:
            shot = replace(shot, camera=_elsewhere(shot.camera, again + habit, scene, rng))
        shots.append(shot)
    return tuple(shots)


def _elsewhere(camera: Camera, turn_of: int, scene: Scene, rng: Generator) -> Camera:
    """The camera for a further photo in a place: nobody takes the same picture twice.

    By turns nearer, so that part of the garment is cut off, from the side, and from further away.
    """
    lying = _MANNERS[scene.kind] == "lying"
    side = float(rng.choice([-1.0, 1.0]))
    lean = side * float(rng.uniform(0.22, 0.38))
    spin = side * float(rng.uniform(0.25, 0.6)) if lying else side * float(rng.uniform(0.03, 0.1))
    near = float(rng.uniform(1.15, 1.5))
    fill, focus, turn, tilt = (
        (near, (camera.focus[0] + 0.06 * side, float(rng.choice([0.34, 0.64]))), 0.3 * spin, 0.0),
        (camera.fill, (0.5 + 0.13 * side, camera.focus[1]), spin, lean),
        (0.66, (0.5 - 0.16 * side, float(rng.choice([0.35, 0.68]))), -spin, -0.6 * lean),
    )[turn_of % 3]
    return replace(
        camera,
        fill=fill,
        focus=focus,
        turn=camera.turn + turn,
        tilt=(camera.tilt[0], camera.tilt[1] + tilt),
    )


def retaken(shot: Shot, scene: Scene) -> Shot:
    """The same shot taken in another place, the garment arranged as it can be there."""
    if _MANNERS[scene.kind] == shot.pose.manner:
        return replace(shot, scene=scene)
    return shot


def _one(choices: tuple[RGB, ...], rng: Generator) -> RGB:
    return choices[int(rng.integers(len(choices)))]


def _scene(rng: Generator) -> Scene:
    kind = list(_KINDS)[int(rng.choice(len(_KINDS), p=list(_KINDS.values())))]
    pools = {
        "floor": (FLOORS, ("carpet", "shag", "blanket")),
        "bed": (SHEETS, ("blanket", "quilt")),
    }
    pool, others = pools.get(kind, (WALLS, FLOORS))
    material = pool[int(rng.integers(len(pool)))]
    other = others[int(rng.integers(len(others)))]
    if kind in pools and (other == material or rng.random() < 0.6):
        other = ""
    return Scene(
        kind=kind,
        surface=material,
        tint=_one(TINTS[material], rng),
        other=other,
        other_tint=_one(TINTS[other], rng) if other else (180, 170, 160),
        second=_one(_PAINTS, rng),
        seed=int(rng.integers(2**31)),
    )


def _phone(rng: Generator) -> Film:
    return Film(
        contrast=float(rng.uniform(1.0, 1.18)),
        saturation=float(rng.uniform(0.8, 1.05)),
        noise=float(rng.uniform(0.8, 3.2)),
        vignette=float(rng.uniform(0.05, 0.3)),
        softness_px=float(rng.uniform(0.2, 0.6)),
        quality=int(rng.integers(76, 95)),
    )


def _light(rng: Generator) -> Light:
    return Light(
        direction=float(rng.uniform(-np.pi * 0.95, -np.pi * 0.05)),
        slant=float(rng.uniform(0.3, 0.9)),
        softness=float(rng.uniform(0.15, 0.85)),
        falloff=float(rng.uniform(0.05, 0.55)),
        window=float(rng.uniform(0.4, 0.9)) if rng.random() < 0.16 else 0.0,
        flash=float(rng.uniform(0.2, 0.45)) if rng.random() < 0.1 else 0.0,
    )


def _shot(
    garment: Garment, view: View, scene: Scene, light: Light, phone: Film, rng: Generator
) -> Shot:
    manner = _MANNERS[scene.kind]
    warm = rng.normal(0, 0.06)
    film = replace(
        phone,
        exposure=float(rng.normal(0.0, 0.2)),
        gains=(float(np.exp(warm)), float(np.exp(-warm + rng.normal(0, 0.02)))),
    )
    folds = Folds(
        seed=int(rng.integers(2**31)),
        depth=float(rng.uniform(0.5, 1.2)),
        crumple=float(rng.uniform(0.3, 1.3)),
    )
    return Shot(
        view=view,
        scene=scene,
        pose=_pose(garment, manner, rng),
        camera=_camera(garment, view, scene, rng),
        light=light,
        folds=folds,
        film=film,
        seed=int(rng.integers(2**31)),
    )


def _pose(garment: Garment, manner: Manner, rng: Generator) -> Pose:
    long = garment.sleeve.length_cm > 34
    low, high = {
        "lying": (0.3, 0.8) if long else (0.75, 1.1),
        "hanging": (0.1, 0.22) if long else (0.5, 0.8),
        "worn": (0.12, 0.28) if long or not garment.sleeve.length_cm else (0.38, 0.55),
    }[manner]
    spread = rng.uniform(low, high)
    return Pose(
        manner=manner,
        left=float(spread + rng.normal(0, 0.04)),
        right=float(spread + rng.normal(0, 0.04)),
        left_elbow=_elbow(manner, spread, long=long, rng=rng),
        right_elbow=_elbow(manner, spread, long=long, rng=rng),
        drape=float(rng.uniform(0, 0.4)) if manner == "lying" else float(rng.uniform(0.5, 1.0)),
        skew=float(rng.normal(0, 1.2)) if manner == "lying" else float(rng.normal(0, 0.5)),
        wobble=float(rng.uniform(0.1, 0.3) * (1.5 if manner == "lying" else 1.0)),
        seed=int(rng.integers(2**31)),
    )


def _elbow(manner: Manner, spread: float, *, long: bool, rng: Generator) -> float:
    if manner == "worn":
        return float(spread + rng.uniform(-0.15, 0.1))  # hands come back towards the hips
    return float(rng.normal(0.1, 0.35)) if long and manner == "lying" else 0.0


def _camera(garment: Garment, view: View, scene: Scene, rng: Generator) -> Camera:
    upright = _MANNERS[scene.kind] != "lying"
    fill = float(rng.uniform(0.62, 0.98))
    focus = (float(rng.uniform(0.42, 0.58)), float(rng.uniform(0.44, 0.56)))
    turn = float(rng.normal(0, 0.04 if upright else 0.12))
    distance = float(rng.uniform(100, 190))
    if view == "detail":
        spots = [(0.5, 0.12), (0.5, 0.3), (0.3, 0.93), (0.68, 0.28)]
        if garment.pattern.is_placed or garment.trims.buttons:
            spots += [(0.5, 0.3)] * 3
        if garment.trims.waist_seam:
            spots += [(0.5, 0.4)] * 2
        spot = spots[int(rng.integers(len(spots)))]
        if _MANNERS[scene.kind] == "worn":  # less of the neck, which is not for sale
            spot = (spot[0], max(spot[1], 0.3))
        focus = (spot[0] + float(rng.normal(0, 0.03)), spot[1] + float(rng.normal(0, 0.02)))
        fill = float(rng.uniform(1.7, 3.0))
        turn = float(rng.normal(0, 0.05 if upright else 0.25))
        distance = float(rng.uniform(50, 90))
    elif not upright and rng.random() < 0.06:
        turn += float(rng.choice([-0.5, 0.5])) * np.pi  # laid across the picture
    square = rng.random() < 0.06
    return Camera(
        fill=fill,
        focus=focus,
        turn=turn,
        tilt=(float(rng.normal(0.04 if upright else 0.16, 0.11)), float(rng.normal(0, 0.1))),
        distance_cm=distance,
        aspect=1.0 if square else 0.75,
    )
