"""Draws how an item is photographed: a seller's rooms and phone, and each of the shots."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from core.scrape.demo.camera import Camera, Film, Folds, Light, Scene, SceneKind, Shot, View
from core.scrape.demo.garments import Garment
from core.scrape.demo.surfaces import FLOORS, SHEETS, TINTS, WALLS
from core.scrape.demo.tailoring import Pose


def draw_shots(garment: Garment, count: int, rng: Generator) -> tuple[Shot, ...]:
    """`count` different photos of a garment, as one seller takes them in one or two places."""
    places = [_scene(rng) for _ in range(2 if rng.random() < 0.6 else 1)]
    phone = _phone(rng)
    views: list[View] = ["front"]
    pool: list[View] = ["back", "detail", "front", "front", "detail", "back", "detail"]
    views += pool[: count - 1] if count < 4 else list(rng.permutation(pool))[: count - 1]
    shots = []
    for number, view in enumerate(views[:count]):
        scene = places[0] if number == 0 or rng.random() < 0.6 else places[-1]
        shots.append(_shot(garment, view, scene, phone, rng))
    return tuple(shots)


def _scene(rng: Generator) -> Scene:
    kind: SceneKind = ("floor", "bed", "wall")[int(rng.choice(3, p=[0.45, 0.25, 0.3]))]
    pool = {"floor": FLOORS, "bed": SHEETS}.get(kind, WALLS)
    material = pool[int(rng.integers(len(pool)))]
    tint = TINTS[material][int(rng.integers(len(TINTS[material])))]
    return Scene(kind=kind, surface=material, tint=tint, seed=int(rng.integers(2**31)))


def _phone(rng: Generator) -> Film:
    return Film(
        contrast=float(rng.uniform(0.95, 1.25)),
        saturation=float(rng.uniform(0.9, 1.15)),
        noise=float(rng.uniform(0.8, 3.5)),
        vignette=float(rng.uniform(0.05, 0.3)),
        softness_px=float(rng.uniform(0.2, 0.6)),
        quality=int(rng.integers(76, 95)),
    )


def _shot(garment: Garment, view: View, scene: Scene, phone: Film, rng: Generator) -> Shot:
    hangs = scene.kind not in ("floor", "bed")
    long = garment.sleeve.length_cm > 34
    spread = (
        rng.uniform(0.08, 0.2)
        if hangs
        else rng.uniform(0.35, 0.75)
        if long
        else rng.uniform(0.75, 1.1)
    )
    pose = Pose(
        left=float(spread + rng.normal(0, 0.05)),
        right=float(spread + rng.normal(0, 0.05)),
        left_elbow=float(rng.normal(0, 0.25)) if long and not hangs else 0.0,
        right_elbow=float(rng.normal(0, 0.25)) if long and not hangs else 0.0,
        drape=float(rng.uniform(0.5, 1.0)) if hangs else float(rng.uniform(0, 0.4)),
        skew=float(rng.normal(0, 1.0)),
    )
    detail = view == "detail"
    focus = (rng.uniform(0.42, 0.58), rng.uniform(0.45, 0.55))
    if detail:
        focus = ((0.5, 0.14), (0.5, 0.3), (0.42, 0.9), (0.62, 0.5))[int(rng.integers(4))]
    camera = Camera(
        fill=float(rng.uniform(2.0, 3.4) if detail else rng.uniform(0.66, 0.96)),
        focus=(float(focus[0]), float(focus[1])),
        turn=float(rng.normal(0, 0.2 if detail else 0.03 if hangs else 0.1)),
        tilt=(float(rng.normal(0.1, 0.12)), float(rng.normal(0, 0.07))),
        distance_cm=float(rng.uniform(90, 190)) / (2.0 if detail else 1.0),
    )
    warm = rng.normal(0, 0.07)
    film = Film(
        exposure=float(rng.normal(0.0, 0.22)),
        gains=(float(np.exp(warm)), float(np.exp(-warm + rng.normal(0, 0.02)))),
        contrast=phone.contrast,
        saturation=phone.saturation,
        noise=phone.noise,
        vignette=phone.vignette,
        softness_px=phone.softness_px,
        quality=phone.quality,
    )
    light = Light(
        direction=float(rng.uniform(-np.pi, 0)),
        slant=float(rng.uniform(0.25, 0.8)),
        softness=float(rng.uniform(0.2, 0.85)),
        falloff=float(rng.uniform(0.05, 0.5)),
        flash=float(rng.uniform(0.2, 0.5)) if rng.random() < 0.12 else 0.0,
    )
    folds = Folds(
        seed=int(rng.integers(2**31)),
        depth=float(rng.uniform(0.5, 1.2)),
        crumple=float(rng.uniform(0.3, 1.2)),
    )
    return Shot(view, scene, pose, camera, light, folds, film, int(rng.integers(2**31)))
