"""Draws one photo: scene, garment, light and shadow, and what the phone makes of them."""

from __future__ import annotations

from core.scrape.demo.camera import Projection, Shot, project
from core.scrape.demo.carriers import carrier
from core.scrape.demo.cloth import Cloth
from core.scrape.demo.film import Exposure, develop
from core.scrape.demo.garments import Garment
from core.scrape.demo.lighting import lamp
from core.scrape.demo.panels import Panel, Seam
from core.scrape.demo.scenes import paint_scene
from core.scrape.demo.tailoring import lay_out
from core.scrape.demo.textures import Bytes, Floats


def render_photo(garment: Garment, shot: Shot, side_px: int) -> Bytes:
    """A photo of a garment.

    Args:
        garment: What is shown; with another `pattern` the same garment is shown in it.
        shot: Where, how laid, from where and in which light.
        side_px: The longer side.

    Returns:
        (H, W, 3) sRGB bytes, the same for the same input.
    """
    exposure, evenness, _ = photographed(garment, shot, side_px)
    return develop(exposure, evenness, shot.film, shot.seed)


def photographed(garment: Garment, shot: Shot, side_px: int) -> tuple[Exposure, Floats, Projection]:
    """What falls on the phone's sensor, before `film.develop` makes a picture of it.

    Returns:
        The exposure of an evenly lit scene, how unevenly it is lit (h, w), and how the garment's
        plane falls on the picture.
    """
    layout = lay_out(garment, shot.pose, back=shot.view == "back")
    projection = project(shot.camera, layout.low, layout.high, side_px)
    cloth = Cloth(garment, shot, layout, projection, paint_scene(shot, projection))
    behind, within = carrier(shot, garment, layout)
    inner = [piece for piece in layout.pieces if _is_inner(piece)]
    outer = [piece for piece in layout.pieces if not _is_inner(piece)]
    for piece in (*behind, *inner, *within, *outer):
        if isinstance(piece, Panel):
            cloth.lay(piece)
        else:
            cloth.sew(piece)
    return cloth.exposure(), lamp(shot, projection, cloth.x, cloth.y), projection


def _is_inner(piece: Panel | Seam) -> bool:
    """Whether a piece lies behind what the garment hangs on, seen through its neck."""
    return isinstance(piece, Panel) and piece.name in ("inside", "inner band", "label", "stand")
