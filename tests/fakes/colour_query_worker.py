"""A query worker without a network: a photo lies at its mean colour, and dies of black ones."""

from __future__ import annotations

import os
import sys
import time

import numpy as np

from core.embedding.query_protocol import Ready
from core.embedding.query_serving import serve
from core.errors import UserError


class ColourEmbedder:
    ready = Ready("colours", "l2", 3, 32, "stretch", can_decode=True, seconds=0.0)

    def embed(self, square):
        mean = square.reshape(-1, 3).mean(axis=0).astype(np.float32)
        print("a library's chatter")
        if mean.max() < 1:
            print("the network choked", file=sys.stderr, flush=True)
            os._exit(3)
        return mean

    def decode(self, vector):
        return np.broadcast_to(vector.clip(0, 255).astype(np.uint8), (32, 32, 3))


def open_embedder():
    if "--without-model" in sys.argv:
        raise UserError("This run has no model yet", path=sys.argv[1], remedy="Train it.")
    if "--hanging" in sys.argv:
        time.sleep(60)
    return ColourEmbedder()


if __name__ == "__main__":
    sys.exit(serve(open_embedder))
