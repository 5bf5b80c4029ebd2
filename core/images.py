"""The one place that opens a picture: sniff, decode, turn upright, downscale.

A file's name is never trusted: scrapes hold WebP named `.jpg`, files without an extension, saved
error pages and downloads that broke off. What cannot be shown is told apart by `Unreadable`, so
that it becomes a row with a reason rather than a stopped job.
"""

from __future__ import annotations

import io
import stat
import struct
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pillow_heif
import simplejpeg
from PIL import Image, ImageOps

from core.jpeg_header import APP1, segments

Pixels = npt.NDArray[np.uint8]

MAX_PIXELS = 250_000_000
"""Larger pictures are refused before they are decoded: 250 megapixels are 750 MB of RGB."""

MAX_FILE_BYTES = 200_000_000

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = None  # `decode` refuses by MAX_PIXELS itself, and never with a warning


class Container(StrEnum):
    """What a file's first bytes say that it is."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    BMP = "bmp"
    TIFF = "tiff"
    HEIC = "heic"
    AVIF = "avif"


class Unreadable(StrEnum):
    """Why a file cannot be shown."""

    MISSING = "missing"
    DENIED = "denied"
    EMPTY = "empty"
    WEB_PAGE = "web page"
    NOT_A_PICTURE = "not a picture"
    TRUNCATED = "truncated"
    TOO_LARGE = "too large"


class UnreadableImage(Exception):  # noqa: N818 - reads as what it is
    """A file that cannot be shown, with the reason and what the decoder said."""

    def __init__(self, reason: Unreadable, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Picture:
    """A decoded picture, upright.

    Attributes:
        pixels: (height, width, 3) uint8 RGB; transparency lies on white.
        width: Width of the whole picture in pixels, upright, whatever it was decoded at.
        height: Height likewise.
        container: What kind of file it came from.
        orientation: The EXIF orientation that was undone, 1 to 8.
    """

    pixels: Pixels
    width: int
    height: int
    container: Container
    orientation: int


def sniff(head: bytes) -> Container | None:
    """The kind of picture that a file's first 32 bytes announce, or None."""
    if head[:3] == b"\xff\xd8\xff":
        return Container.JPEG
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return Container.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Container.WEBP
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return Container.GIF
    if head[:4] in (b"II*\0", b"MM\0*"):
        return Container.TIFF
    if head[4:8] == b"ftyp":
        brands = {head[8:12]} | {head[at : at + 4] for at in range(16, min(len(head), 32) - 3, 4)}
        if brands & {b"avif", b"avis"}:
            return Container.AVIF
        if brands & {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}:
            return Container.HEIC
    if (
        head[:2] == b"BM"
        and len(head) >= 18
        and struct.unpack("<I", head[14:18])[0] in (12, 40, 108, 124)
    ):
        return Container.BMP
    return None


def read_file(path: Path, at_most: int = -1) -> bytes:
    """The bytes of a file that should hold a picture; its first `at_most` where that is given.

    Raises:
        UnreadableImage: The file is missing, may not be read, is no regular file, or is larger
            than `MAX_FILE_BYTES`.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for
            raise UnreadableImage(Unreadable.NOT_A_PICTURE)
        if status.st_size > MAX_FILE_BYTES:
            raise UnreadableImage(Unreadable.TOO_LARGE, f"over {MAX_FILE_BYTES // 10**6} MB")
        with path.open("rb", buffering=0) as file:  # a buffer costs more than it saves
            return file.read(at_most)
    except FileNotFoundError as error:
        raise UnreadableImage(Unreadable.MISSING) from error
    except PermissionError as error:
        raise UnreadableImage(Unreadable.DENIED) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise UnreadableImage(Unreadable.MISSING, str(error)) from error


def decode(data: bytes, *, at_least: tuple[int, int] | None = None) -> Picture:
    """The picture that the bytes hold.

    Args:
        data: A whole file.
        at_least: (width, height) in pixels, upright, that the caller will scale down to. The
            pixels that come back may then be smaller than the whole picture, but on neither side
            smaller than asked (or than the picture itself). JPEGs are decoded at 1/2, 1/4 or 1/8
            this way, several times faster; other containers are decoded whole.

    Raises:
        UnreadableImage: With the reason; a file that breaks off is unreadable even where a viewer
            would show its upper half.
    """
    container = sniff(data[:32])
    if container is None:
        raise UnreadableImage(_why_no_picture(data))
    if container is Container.JPEG:
        picture = _decode_jpeg(data, at_least)
        if picture is not None:
            return picture
    return _decode_any(data, container)


def load(path: Path, *, at_least: tuple[int, int] | None = None) -> Picture:
    """`decode` of a file; raises `UnreadableImage` as `read_file` and `decode` do."""
    return decode(read_file(path), at_least=at_least)


def fit_within(pixels: Pixels, width: int, height: int) -> Pixels:
    """The picture scaled down, aspect kept, to fit within width × height; never scaled up."""
    rows, columns = pixels.shape[:2]
    scale = min(width / columns, height / rows)
    if scale >= 1:
        return pixels
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    smaller: Pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return smaller


def encode_jpeg(pixels: Pixels, quality: int) -> bytes:
    """The pixels as JPEG with 4:2:0 chroma."""
    encoded: bytes = simplejpeg.encode_jpeg(
        np.ascontiguousarray(pixels), quality=quality, colorspace="RGB", colorsubsampling="420"
    )
    return encoded


def turn_upright(pixels: Pixels, orientation: int) -> Pixels:
    """Undoes an EXIF orientation (tag 0x0112, values 1 to 8)."""
    match orientation:
        case 2:
            return np.ascontiguousarray(pixels[:, ::-1])
        case 3:
            return np.ascontiguousarray(pixels[::-1, ::-1])
        case 4:
            return np.ascontiguousarray(pixels[::-1])
        case 5:
            return np.ascontiguousarray(pixels.transpose(1, 0, 2))
        case 6:
            return np.ascontiguousarray(np.rot90(pixels, -1))
        case 7:
            return np.ascontiguousarray(pixels[::-1, ::-1].transpose(1, 0, 2))
        case 8:
            return np.ascontiguousarray(np.rot90(pixels))
    return pixels


def _why_no_picture(data: bytes) -> Unreadable:
    if not data:
        return Unreadable.EMPTY
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<?xml", b"<!--", b"<script")):
        return Unreadable.WEB_PAGE
    return Unreadable.NOT_A_PICTURE


def _decode_jpeg(data: bytes, at_least: tuple[int, int] | None) -> Picture | None:
    """By libjpeg-turbo; None where Pillow should have a look (CMYK, odd but readable files)."""
    orientation = _jpeg_orientation(data)
    sideways = orientation >= 5
    try:
        height, width, colourspace, _ = simplejpeg.decode_jpeg_header(data)
        _refuse_bomb(width, height)
        if colourspace in ("CMYK", "YCCK"):
            return None
        min_width, min_height = at_least if at_least is not None else (0, 0)
        if sideways:
            min_width, min_height = min_height, min_width
        # A whole decode where no smaller scale does: factor 1, which "min 0" stands for.
        pixels = simplejpeg.decode_jpeg(
            data,
            "RGB",
            fastdct=at_least is not None,
            min_width=min(min_width, width),
            min_height=min(min_height, height),
        )
    except ValueError:
        return None
    upright = turn_upright(pixels, orientation)
    if sideways:
        width, height = height, width
    return Picture(upright, width, height, Container.JPEG, orientation)


def _decode_any(data: bytes, container: Container) -> Picture:
    """By Pillow, which knows every container."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            _refuse_bomb(*image.size)
            image.load()
            # pillow-heif turns the pixels upright itself and resets the tag.
            orientation = image.getexif().get(0x0112, 1)
            orientation = orientation if orientation in range(1, 9) else 1
            pixels = _to_rgb(ImageOps.exif_transpose(image))
    except UnreadableImage:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, RuntimeError) as error:
        # What Pillow's plug-ins raise for files that break off or are damaged differs by plug-in.
        said = str(error)
        detail = "" if "truncated" in said.lower() else said  # the reason says that already
        raise UnreadableImage(Unreadable.TRUNCATED, detail) from error
    return Picture(pixels, pixels.shape[1], pixels.shape[0], container, orientation)


def _refuse_bomb(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise UnreadableImage(Unreadable.TOO_LARGE, f"{width} × {height} pixels")


def _jpeg_orientation(data: bytes) -> int:
    # Most scraped photos have no EXIF; looking for it so costs two microseconds, Pillow's header a
    # hundred.
    exif = (
        data.startswith(b"Exif\0\0", begin) for marker, begin, _ in segments(data) if marker == APP1
    )
    if not any(exif):
        return 1
    try:
        with Image.open(io.BytesIO(data)) as image:
            orientation = image.getexif().get(0x0112, 1)
    except (OSError, ValueError, SyntaxError, struct.error):
        return 1
    return orientation if orientation in range(1, 9) else 1


def _to_rgb(image: Image.Image) -> Pixels:
    """8-bit RGB on white."""
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image, dtype=np.float64)
        # "I;16" is 0…65535; "I" and "F" come from files of any depth, told by their largest value.
        full_scale = 65535.0 if values.max(initial=0) > 255 else 255.0
        grey = np.clip(values * (255.0 / full_scale), 0, 255).round().astype(np.uint8)
        return np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        on_white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        on_white.alpha_composite(image.convert("RGBA"))
        image = on_white
    return np.array(image.convert("RGB"), dtype=np.uint8)
