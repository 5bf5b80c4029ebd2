"""Answers embed requests with a vector that the file's name gives; dies or refuses when told to.

`python query_worker.py HASH LOG`: a file called `at 12.jpg` lies where seed 12 says. A name with
"dies" in it ends the process once for each, which LOG remembers; "always dies" every time.
"""

import base64
import json
import sys
from pathlib import Path

import cv2
import numpy as np

model_hash, log = sys.argv[1], Path(sys.argv[2])
log.open("a").write("started\n")


def say(**values):
    print(json.dumps(values), flush=True)


say(
    kind="ready", model_hash=model_hash, metric="angular", dimensions=6, side_px=64, fit="pad",
    can_decode=True, seconds=0.1,
)  # fmt: skip
for line in sys.stdin:
    asked = json.loads(line)
    if asked["kind"] == "decode":
        png = base64.b64encode(cv2.imencode(".png", np.full((8, 8, 3), 90, np.uint8))[1]).decode()
        say(kind="decoded", id=asked["id"], png=png, seconds=0.01)
        continue
    name = Path(asked["file"]).name
    told = log.read_text()
    if "always dies" in name or ("dies" in name and f"died over {name}" not in told):
        log.open("a").write(f"died over {name}\n")
        sys.exit(3)
    if "broken" in name:
        say(
            kind="refused", id=asked["id"], message="The photo cannot be read", path=name, remedy=""
        )
        continue
    seed = int("".join(c for c in name if c.isdigit()) or 0)
    vector = np.random.default_rng(seed).normal(size=6)
    if asked["crop"] is not None:
        vector = -vector
    vector /= np.linalg.norm(vector)
    say(kind="embedded", id=asked["id"], vector=vector.tolist(), seconds=0.01)
