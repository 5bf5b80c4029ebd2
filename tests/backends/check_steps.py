"""Steps of training: the same on every backend, and that they learn."""

import numpy as np

from core.training.fitting.backend import seed_everything
from core.training.fitting.learning import build_learning
from core.training.fitting.steps import losses_of
from core.training.instruction import (
    Augmentation,
    ConvBn,
    Data,
    Fitting,
    Instruction,
    Optimizer,
    ProxyAnchor,
    SemiHardTriplet,
    SimpleConv,
)
from core.training.networks.augmentation import draw_augmentation

_SIDE = 16


def _instruction(**changes):
    values = {
        "data": Data(side_px=_SIDE),
        "model": ConvBn(filters=(4, 8), dense=(8,), embedding_size=4),
        "optimizer": Optimizer(learning_rate=0.01),
    }
    return Instruction(**(values | changes))


def _batch(random):
    labels = np.repeat(np.arange(4, dtype=np.int32), 2)
    colours = np.array([(200, 40, 40), (40, 200, 40), (40, 40, 200), (200, 200, 40)])
    pixels = colours[labels][:, None, None] + random.integers(-30, 30, (8, _SIDE, _SIDE, 3))
    return np.clip(pixels, 0, 255).astype(np.uint8), labels


def _losses(instruction, steps, learning=None):
    seed_everything(0)
    learning = learning or build_learning(instruction, 4)
    random = np.random.default_rng(0)
    losses = []
    for step in range(steps):
        pixels, labels = _batch(random)
        draw = draw_augmentation(
            instruction.augmentation, 8, _SIDE, np.random.default_rng((0, step))
        )
        losses.append(learning.step(pixels, labels, draw, 0.01))
    learning.step.synchronise()
    return losses_of(losses), learning


def check_losses_fall():
    losses, _learning = _losses(_instruction(loss=SemiHardTriplet(margin=0.5)), 20)
    assert np.mean(losses[-5:]) < 0.6 * np.mean(losses[:3]), losses


def check_the_same_seed_gives_the_same_losses():
    instruction = _instruction(
        model=ConvBn(filters=(4,), dense=(8,), embedding_size=4, dropout=0.3)
    )
    assert _losses(instruction, 4)[0] == _losses(instruction, 4)[0]


def check_a_dead_network_goes_on_with_finite_weights():
    # No photo passes the dense layer, so that all embeddings are zero.
    instruction = _instruction(
        model=ConvBn(filters=(4,), dense=(2,), embedding_size=4),
        optimizer=Optimizer(clip_norm=1.0),
    )
    seed_everything(0)
    learning = build_learning(instruction, 4)
    learning.network.get_layer("dense_1").bias.assign([-100.0, -100.0])
    losses, _ = _losses(instruction, 2, learning)
    assert np.isfinite(losses).all(), losses
    assert all(np.isfinite(w).all() for w in learning.network.get_weights())


def check_proxies_are_trained_but_not_in_the_network():
    instruction = _instruction(loss=ProxyAnchor())
    seed_everything(0)
    learning = build_learning(instruction, 4)
    before = np.array(learning.objective.loss.proxies.numpy())
    assert any(v is learning.objective.loss.proxies for v in learning.variables)
    assert not any(v is learning.objective.loss.proxies for v in learning.network.variables)
    _losses(instruction, 2, learning)
    after = np.asarray(learning.objective.loss.proxies.numpy())
    assert (np.abs(after - before) > 1e-4).all()


def check_every_optimiser_and_clipping_takes_a_step():
    for name in ("adam", "adamw", "sgd"):
        optimizer = Optimizer(name=name, weight_decay=0.01, clip_norm=0.5)
        losses, _ = _losses(_instruction(optimizer=optimizer), 2)
        assert np.isfinite(losses).all(), name


def check_mixed_precision_keeps_float32_at_both_ends():
    instruction = _instruction(fitting=Fitting(mixed_precision="on"))
    losses, learning = _losses(instruction, 3)
    assert np.isfinite(losses).all()
    convolution = next(x for x in learning.network.layers if x.name == "conv_1")
    assert convolution.compute_dtype == "bfloat16"
    assert learning.network.get_layer("embedding").compute_dtype == "float32"
    assert all(v.dtype == "float32" for v in learning.network.trainable_variables)


def check_the_first_loss_is_that_of_the_untrained_network():
    instruction = _instruction(
        model=SimpleConv(filters=(4,), dense=(), embedding_size=4),
        augmentation=Augmentation(
            flip=False, zoom=0, shift=0, brightness=0, contrast=0, rotation_turns=0
        ),
    )
    seed_everything(0)
    learning = build_learning(instruction, 4)
    pixels, labels = _batch(np.random.default_rng(0))
    import numpy_losses

    embeddings = learning.network.predict_on_batch(pixels)
    wanted = numpy_losses.semi_hard_triplet(labels, embeddings)
    np.testing.assert_allclose(_losses(instruction, 1, learning)[0][0], wanted, rtol=1e-4)
