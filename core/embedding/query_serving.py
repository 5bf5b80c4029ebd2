"""Answering queries line by line, whatever embeds them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from core.embedding.index import Vectors
from core.embedding.query_protocol import (
    Answer,
    Decode,
    Decoded,
    Embed,
    Embedded,
    Ready,
    Refused,
    request_from,
    to_line,
)
from core.errors import UserError, displayable
from core.images import Unreadable, UnreadableImage
from core.training.pixels import photo_to_square

Pixels = npt.NDArray[np.uint8]

_WHY = {
    Unreadable.MISSING: "it is no longer there",
    Unreadable.DENIED: "you may not read it",
    Unreadable.EMPTY: "the file is empty",
    Unreadable.WEB_PAGE: "it is a web page, saved under a picture's name",
    Unreadable.NOT_A_PICTURE: "it is no picture",
    Unreadable.TRUNCATED: "it breaks off or is damaged",
    Unreadable.TOO_LARGE: "it is too large",
}


class Embedder(Protocol):
    """A loaded network.

    Attributes:
        ready: What the worker says of it.
    """

    ready: Ready

    def embed(self, square: Pixels) -> Vectors:
        """(side, side, 3) uint8 to (d,) float32, of unit length where the metric is angular."""

    def decode(self, vector: Vectors) -> Pixels:
        """(d,) float32 to (side, side, 3) uint8; only where `ready.can_decode`."""


def serve(open_embedder: Callable[[], Embedder], requests: int = 0, answers: int = 1) -> int:
    """Answers requests until their stream ends.

    Takes the two file descriptors for good: what libraries print to descriptor 1 meanwhile goes to
    standard error, so that it cannot break the protocol.

    Args:
        open_embedder: Loads the network; called once.
        requests: Descriptor to read requests from.
        answers: Descriptor to write answers to.

    Returns:
        The exit code: 1 where the network could not be loaded, which was told.
    """
    channel = os.dup(answers)
    os.dup2(2, answers)

    def tell(answer: Answer) -> None:
        data = to_line(answer)
        while data:
            data = data[os.write(channel, data) :]

    try:
        embedder = open_embedder()
    except UserError as error:
        path = None if error.path is None else os.fspath(error.path)
        tell(Refused(None, error.message, path, error.remedy))
        return 1
    tell(embedder.ready)
    with os.fdopen(os.dup(requests), "rb") as lines:
        for line in lines:
            try:
                tell(_answer(embedder, line))
            except BrokenPipeError:  # whoever asked is gone
                break
    return 0


def _answer(embedder: Embedder, line: bytes) -> Answer:
    request = request_from(line)
    began = time.perf_counter()
    match request:
        case Embed():
            return _embed(embedder, request, began)
        case Decode():
            return _decode(embedder, request, began)


def _embed(embedder: Embedder, request: Embed, began: float) -> Answer:
    ready = embedder.ready
    try:
        square = photo_to_square(Path(request.file), request.crop, ready.side_px, ready.fit)
    except UnreadableImage as error:
        why = _WHY[error.reason] + (f" ({error.detail})" if error.detail else "")
        return Refused(
            request.id,
            f"This photo cannot be read: {why}",
            displayable(request.file),
            "Query with another photo.",
        )
    vector = embedder.embed(square)
    return Embedded(request.id, tuple(vector.tolist()), time.perf_counter() - began)


def _decode(embedder: Embedder, request: Decode, began: float) -> Answer:
    ready = embedder.ready
    if not ready.can_decode or len(request.vector) != ready.dimensions:
        return Refused(
            request.id,
            "This run's network cannot turn points into pictures",
            remedy="Use a run of the network “vae”.",
        )
    pixels = embedder.decode(np.array(request.vector, np.float32))
    written, png = cv2.imencode(".png", pixels[:, :, ::-1])
    assert written
    return Decoded(request.id, png.tobytes(), time.perf_counter() - began)
