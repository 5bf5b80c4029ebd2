"""Steps of training: the same on every backend, and that they learn."""

import keras
import numpy as np
import numpy_losses
from keras import ops

from core.training.fitting.backend import seed_everything
from core.training.fitting.learning import build_learning
from core.training.fitting.objective import ItemObjective
from core.training.fitting.optimizers import build_optimizer
from core.training.fitting.shares import shared
from core.training.fitting.steps import losses_of, make_step
from core.training.instruction import (
    Augmentation,
    ConvBn,
    Data,
    Elbo,
    Fitting,
    Instruction,
    Optimizer,
    ProxyAnchor,
    SemiHardTriplet,
    SimpleConv,
    Vae,
)
from core.training.losses.supervised_contrastive import SupervisedContrastive
from core.training.networks.augmentation import draw_augmentation

_SIDE = 16
_NOTHING = Augmentation(flip=False, zoom=0, shift=0, brightness=0, contrast=0)


def _instruction(**changes):
    values = {
        "data": Data(side_px=_SIDE),
        "model": ConvBn(filters=(4, 8), dense=(8,), embedding_size=4),
        "augmentation": _NOTHING,  # compiling it takes as long as the rest
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
    losses, _learning = _losses(
        _instruction(loss=SemiHardTriplet(margin=0.5), augmentation=Augmentation()), 20
    )
    assert np.mean(losses[-5:]) < 0.6 * np.mean(losses[:3]), losses


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


def check_an_autoencoder_learns_to_draw_and_its_mean_is_the_embedding():
    instruction = _instruction(model=Vae(filters=(8, 8), embedding_size=4, beta=0.5), loss=Elbo())
    losses, learning = _losses(instruction, 25)
    assert np.mean(losses[-3:]) < 0.7 * losses[0], losses
    pixels, _labels = _batch(np.random.default_rng(0))
    codes = learning.network.predict_on_batch(pixels)
    assert codes.shape == (8, 4)
    drawn = learning.decoder.predict_on_batch(codes)
    assert drawn.shape == pixels.shape and drawn.min() >= 0 and drawn.max() <= 255
    assert len(learning.kept) == len(learning.network.variables) + len(learning.decoder.variables)


def check_the_elbo_equals_numbers_worked_by_hand():
    from core.training.networks.vae import divergence, squared_error

    # KL of N(1, 1) is 1/2; of N(0, e) it is (e − 1 − 1)/2.
    found = divergence(
        ops.convert_to_tensor([[1.0, 0.0], [0.0, 0.0]]),
        ops.convert_to_tensor([[0.0, 0.0], [0.0, 1.0]]),
    )
    np.testing.assert_allclose(ops.convert_to_numpy(found), [0.5, 0.3591409], rtol=1e-5)
    # 12 values off by half of the range: 12 · ¼ · ½.
    photos = ops.convert_to_tensor(np.zeros((1, 2, 2, 3), np.float32))
    np.testing.assert_allclose(
        ops.convert_to_numpy(squared_error(photos, photos + 127.5)), [1.5], rtol=1e-5
    )


def check_twins_are_told_apart_without_labels():
    seed_everything(0)
    instruction = _instruction()
    learning = build_learning(instruction, 4)
    objective = ItemObjective(learning.network, SupervisedContrastive(0.2), Augmentation())
    step = make_step(objective, build_optimizer(instruction.optimizer))
    random = np.random.default_rng(0)
    losses = []
    for number in range(20):
        pixels = np.tile(_batch(random)[0][::2], (2, 1, 1, 1))
        draw = draw_augmentation(Augmentation(), 8, _SIDE, np.random.default_rng(number))
        losses.append(step(pixels, np.tile(np.arange(4, dtype=np.int32), 2), draw, 0.01))
    losses = losses_of(losses)
    assert np.mean(losses[-5:]) < 0.7 * np.mean(losses[:3]), losses


def check_every_optimiser_and_clipping_takes_a_step():
    for name in ("adam", "adamw", "sgd"):
        optimizer = Optimizer(name=name, weight_decay=0.01, clip_norm=0.5)
        model = SimpleConv(filters=(4,), dense=(), embedding_size=4)
        losses, _ = _losses(_instruction(model=model, optimizer=optimizer), 2)
        assert np.isfinite(losses).all(), name


def check_all_devices_together_give_the_numbers_of_one():
    # Batch normalisation is each device's own, but for JAX, and so is not compared.
    instruction = _instruction(
        model=SimpleConv(filters=(4,), dense=(8,), embedding_size=4),
        loss=ProxyAnchor(),
        augmentation=Augmentation(),
        # Adam divides by the gradient's size, and makes much of rounding where it is nearly nought.
        optimizer=Optimizer(name="sgd"),
    )
    alone, one = _losses(instruction, 4)
    learning = _learning_of_two(instruction)
    shares = _noted_shares(learning)
    together, _ = _losses(instruction, 4, learning)
    np.testing.assert_allclose(together, alone, rtol=1e-5)
    for variable, wanted in zip(learning.variables, one.variables, strict=True):
        np.testing.assert_allclose(variable.numpy(), wanted.numpy(), rtol=1e-4, atol=1e-5)
    match keras.backend.backend():
        case "tensorflow":
            assert sorted(photos for _device, photos in shares) == [4, 4]
            assert len({device for device, _photos in shares}) == 2
        case "torch":  # its processor cannot be two
            assert [photos for _device, photos in shares] == [4, 4] * 4
        case "jax":
            assert len({d for v in learning.network.variables for d in v.value.devices()}) == 2


def check_running_means_take_in_each_share_in_turn():
    if keras.backend.backend() == "jax":  # there they are the whole batch's
        return
    instruction = _instruction(model=ConvBn(filters=(4,), dense=(), embedding_size=4))
    learning = _learning_of_two(instruction)
    network = learning.network
    pixels, labels = _batch(np.random.default_rng(0))
    found = keras.Model(network.input, network.get_layer("conv_1").output)(pixels)
    one, two = ops.convert_to_numpy(found).reshape(2, -1, 4).mean(axis=1)
    learning.step(
        pixels, labels, draw_augmentation(_NOTHING, 8, _SIDE, np.random.default_rng(0)), 0
    )
    running = ops.convert_to_numpy(network.get_layer("norm_1").moving_mean)
    np.testing.assert_allclose(running, 0.9 * 0.1 * one + 0.1 * two, rtol=1e-4, atol=1e-6)


def _learning_of_two(instruction):
    """Of two devices that this processor is made to be."""
    shared = instruction.model_copy(update={"fitting": Fitting(devices="all")})
    seed_everything(0)
    if keras.backend.backend() != "torch":
        return build_learning(shared, 4)
    from core.training.fitting import step_torch

    original, step_torch.local_devices = step_torch.local_devices, lambda: ["cpu", "cpu"]
    try:
        return build_learning(shared, 4)
    finally:
        step_torch.local_devices = original


def _noted_shares(learning):
    """Fills with each device that has photos, and how many."""
    noted = []
    each = learning.objective.each

    def noting(*arguments, **named):
        found = each(*arguments, **named)
        noted.append((getattr(found, "device", None), found.shape[0]))
        return found

    learning.objective.each = noting
    return noted


def check_devices_share_photos_of_any_number():
    pixels, draw = np.arange(7), [np.arange(7), np.empty(0), *[np.arange(7)] * 3]
    found = [
        (device, photos.tolist(), [each.tolist() for each in drawn])
        for device, (photos, drawn) in shared(("a", "b"), pixels, draw)
    ]
    assert found == [
        ("a", [0, 1, 2], [[0, 1, 2], [], *[[0, 1, 2]] * 3]),
        ("b", [3, 4, 5, 6], [[3, 4, 5, 6], [], *[[3, 4, 5, 6]] * 3]),
    ]
    assert [device for device, _ in shared(("a", "b"), np.arange(1), [np.empty(0)] * 5)] == ["b"]


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
    )
    seed_everything(0)
    learning = build_learning(instruction, 4)
    pixels, labels = _batch(np.random.default_rng(0))
    embeddings = learning.network.predict_on_batch(pixels)
    wanted = numpy_losses.semi_hard_triplet(labels, embeddings)
    np.testing.assert_allclose(_losses(instruction, 1, learning)[0][0], wanted, rtol=1e-4)
