"""What a run learns with: network, loss and optimiser, built from its instruction."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from core.errors import UserError
from core.training.fitting.backend import gpu_names
from core.training.fitting.objective import ItemObjective, Objective, VaeObjective
from core.training.fitting.optimizers import build_optimizer
from core.training.fitting.steps import Step, make_step
from core.training.instruction import Fitting, Instruction, Model, Transfer, Vae
from core.training.losses.build import build_loss
from core.training.networks.build import build_network
from core.training.networks.vae import build_vae

MODEL = "model.keras"
DECODER = "decoder.keras"


@dataclass(frozen=True, eq=False)
class Learning:
    """All that changes while a run trains.

    Attributes:
        network: Photos to embeddings.
        objective: The network with its loss and augmentation.
        step: Trains on a batch.
        variables: All that a checkpoint keeps, in a fixed order.
        decoder: Embeddings to photos, where the network has learned that too.
    """

    network: keras.Model
    objective: Objective
    step: Step
    variables: tuple[Any, ...]
    decoder: keras.Model | None = None

    @property
    def kept(self) -> tuple[Any, ...]:
        """The variables of what is left of a run in the end, in a fixed order."""
        decoder = () if self.decoder is None else self.decoder.variables
        return (*self.network.variables, *decoder)


def build_learning(instruction: Instruction, item_count: int) -> Learning:
    """Everything new, with the weights that the seed gives.

    Args:
        instruction: The run's.
        item_count: Training items; labels run from 0 to this, exclusive.
    """
    policy = precision_policy(instruction.fitting)
    keras.config.set_dtype_policy(policy)
    try:
        network, decoder, objective = _build(instruction, item_count)
    finally:
        keras.config.set_dtype_policy("float32")
    optimizer = build_optimizer(instruction.optimizer, loss_scaling=policy == "mixed_float16")
    step = make_step(objective, optimizer, instruction.fitting.devices)
    variables = (*objective.variables, *optimizer.variables)
    return Learning(network, objective, step, variables, decoder)


def _build(
    instruction: Instruction, item_count: int
) -> tuple[keras.Model, keras.Model | None, Objective]:
    model, side_px, seed = instruction.model, instruction.data.side_px, instruction.seed
    if isinstance(model, Vae):
        parts = build_vae(model, side_px)
        objective = VaeObjective(parts, model.beta, instruction.augmentation, seed)
        return parts.encoder, parts.decoder, objective
    network = build_network(model, side_px)
    loss = build_loss(
        instruction.loss, embedding_size=model.embedding_size, item_count=item_count, seed=seed
    )
    return network, None, ItemObjective(network, loss, instruction.augmentation)


def precision_policy(fitting: Fitting) -> str:
    """Keras' name for the precision: bfloat16 where the GPU has it, else float16 with scaling.

    On a CPU, "auto" stays with float32: half precision is emulated there.
    """
    gpus = gpu_names()
    if fitting.mixed_precision == "off" or (fitting.mixed_precision == "auto" and not gpus):
        return "float32"
    return "mixed_float16" if gpus and not _has_bfloat16() else "mixed_bfloat16"


def save_model(learning: Learning, instruction: Instruction, folder: Path) -> Path:
    """Saves the network as a run's `model.keras`, and its decoder beside it; where it lies.

    Raises:
        UserError: The disk is full.
    """
    model, side_px, file = instruction.model, instruction.data.side_px, folder / MODEL
    save_network(learning.network, model, side_px, file)
    if learning.decoder is not None and isinstance(model, Vae):
        save_decoder(learning.decoder, model, side_px, folder / DECODER)
    return file


def save_network(network: keras.Model, model: Model, side_px: int, file: Path) -> None:
    """Saves a network in float32, whatever it was trained in, at once or not at all.

    Raises:
        UserError: The disk is full.
    """
    if isinstance(model, Transfer):
        model = model.model_copy(update={"weights": "random"})
    _save(network, build_network(model, side_px), file)


def save_decoder(decoder: keras.Model, model: Vae, side_px: int, file: Path) -> None:
    """Saves a decoder likewise: embeddings (B, d) to photos (B, side, side, 3) of 0 … 255."""
    _save(decoder, build_vae(model, side_px).decoder, file)


def _save(trained: keras.Model, plain: keras.Model, file: Path) -> None:
    plain.set_weights(trained.get_weights())
    partial = file.with_name("partial." + file.name)
    try:
        plain.save(partial)
        partial.replace(file)
    except OSError as error:
        raise UserError(
            f"The model cannot be written ({error.strerror or error})",
            path=file,
            remedy="Make room on the disk, then resume the run: nothing is lost.",
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def _has_bfloat16() -> bool:
    match keras.backend.backend():
        case "tensorflow":
            import tensorflow as tf

            found = tf.config.experimental.get_device_details(
                tf.config.list_physical_devices("GPU")[0]
            )
            return bool(found.get("compute_capability", (8, 0)) >= (8, 0))
        case "torch":
            import torch

            return bool(torch.cuda.is_available() and torch.cuda.is_bf16_supported())
        case _:
            import jax

            capability = getattr(jax.local_devices()[0], "compute_capability", "8.0")
            return float(capability) >= 8.0
