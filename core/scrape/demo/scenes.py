"""What is around the garment: the floor it lies on, the wall or door it hangs at."""

from __future__ import annotations

import cv2
import numpy as np

from core.scrape.demo.camera import Projection, Shot, linear, linear_rgb
from core.scrape.demo.surfaces import surface
from core.scrape.demo.tailoring import Layout
from core.scrape.demo.textures import Floats


def paint_scene(shot: Shot, projection: Projection, layout: Layout) -> Floats:
    """The scene without the garment, linear light, (H, W, 3)."""
    x, y = projection.plane()
    rng = np.random.default_rng([shot.scene.seed, shot.seed])
    tile = surface(shot.scene.surface)
    turn = float(rng.choice([0.0, np.pi / 2])) + rng.normal(0, 0.12)
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    shift = rng.uniform(0, 100, 2)
    u = cv2.addWeighted(x, float(cos), y, float(sin), float(shift[0]))
    v = cv2.addWeighted(y, float(cos), x, float(-sin), float(shift[1]))
    light = linear(tile.lay(u, v, projection.px_per_cm))
    light *= linear_rgb(shot.scene.tint) / linear_rgb((188, 188, 188))
    return light
