from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.embedding.model_hash import model_hash_of
from core.embedding.query_process import QueryProcess
from core.errors import UserError
from core.project import create_project
from core.training.instruction import Elbo, Instruction, Vae
from core.training.runs import Run, create_run

ROOT = Path(__file__).resolve().parents[2]
MAKE_NETWORKS = """
import sys
import keras
from keras import layers

folder, side, decodes = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "yes"
photo = keras.Input((side, side, 3))
scaled = layers.Rescaling(1 / 255)(photo)
code = layers.Dense(3, kernel_initializer="identity")(layers.GlobalAveragePooling2D()(scaled))
keras.Model(photo, code).save(f"{folder}/model.keras")
if decodes:
    point = keras.Input((3,))
    wide = layers.Reshape((1, 1, 3))(layers.Rescaling(255.0)(point))
    keras.Model(point, layers.UpSampling2D(side)(wide)).save(f"{folder}/decoder.keras")
"""
"""A photo lies at its mean colour; a process of its own makes it, for Keras is slow to import."""


def make_run(project, *, vae, side_px=24) -> Run:
    parts = {"data": {"side_px": side_px, "fit": "stretch"}}
    if vae:
        parts |= {"model": Vae(), "loss": Elbo()}
    run = create_run(project, Instruction(**parts), "vae" if vae else "net")
    subprocess.run(
        [
            sys.executable,
            "-c",
            MAKE_NETWORKS,
            str(run.folder),
            str(side_px),
            "yes" if vae else "no",
        ],
        check=True,
        cwd=ROOT,
    )
    return run


def one_colour(file, rgb):
    cv2.imwrite(str(file), np.full((30, 40, 3), rgb[::-1], np.uint8))
    return file


def test_a_vae_run_embeds_photos_and_draws_points(tmp_path):
    run = make_run(create_project(tmp_path / "p.pickglass"), vae=True)
    with QueryProcess(run.folder) as worker:
        ready = worker.start()
        assert ready.model_hash == model_hash_of(run.model_file)
        assert (ready.metric, ready.dimensions, ready.side_px, ready.fit) == (
            "l2",
            3,
            24,
            "stretch",
        )
        assert ready.can_decode
        vector = worker.embed(one_colour(tmp_path / "a.png", (255, 51, 0)))
        assert vector == pytest.approx([1, 0.2, 0], abs=0.01)
        png = np.frombuffer(worker.decode([0, 0.2, 2]), np.uint8)
        drawn = cv2.imdecode(png, cv2.IMREAD_COLOR)[:, :, ::-1]
        assert drawn.shape == (24, 24, 3)
        assert drawn[12, 12].tolist() == pytest.approx([0, 51, 255], abs=1)


def test_an_angular_run_gives_unit_vectors_and_draws_nothing(tmp_path):
    run = make_run(create_project(tmp_path / "p.pickglass"), vae=False)
    with QueryProcess(run.folder) as worker:
        assert not worker.start().can_decode
        vector = worker.embed(one_colour(tmp_path / "a.png", (120, 160, 0)))
        assert vector == pytest.approx([0.6, 0.8, 0], abs=0.01)


def test_a_run_that_has_not_been_trained_says_so(tmp_path):
    run = create_run(create_project(tmp_path / "p.pickglass"), Instruction(), "bare")
    with QueryProcess(run.folder) as worker, pytest.raises(UserError, match="no network yet"):
        worker.start()
