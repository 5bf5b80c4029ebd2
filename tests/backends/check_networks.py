"""Networks: what goes in, what comes out, and that a saved one says what it said before."""

import keras
import numpy as np

from core.training.fitting.embed import load_network
from core.training.fitting.learning import save_network
from core.training.instruction import ConvBn, SimpleConv
from core.training.networks.build import build_network
from core.training.networks.colour_histogram import soft_colour_histogram

_SMALL = {
    "simple_conv": (
        SimpleConv(filters=(4, 8), dense=(8,), embedding_size=5, batch_norm=True, dropout=0.2),
        24,
    ),
    "conv_bn": (ConvBn(filters=(4, 8, 8), dense=(8,), embedding_size=5), 16),
    "conv_bn_colours": (ConvBn(filters=(4,), colour_bins=2, dense=(8,), embedding_size=5), 16),
}


def check_saved_networks_load_in_safe_mode_and_say_the_same(folder):
    for name, (model, side) in _SMALL.items():
        network = build_network(model, side)
        pixels = np.random.default_rng(0).integers(0, 256, (3, side, side, 3), dtype=np.uint8)
        said = network.predict_on_batch(pixels)
        assert said.shape == (3, 5) and said.dtype == np.float32, name
        np.testing.assert_allclose(np.linalg.norm(said, axis=1), 1, rtol=1e-5)
        save_network(network, model, side, folder / f"{name}.keras")
        loaded = load_network(folder / f"{name}.keras")
        np.testing.assert_allclose(loaded.predict_on_batch(pixels), said, atol=1e-6)
        assert not any(isinstance(layer, keras.layers.Lambda) for layer in loaded.layers)
    assert sorted(file.name for file in folder.iterdir()) == sorted(f"{n}.keras" for n in _SMALL)


def check_pixels_may_be_of_any_type():
    network = build_network(*_SMALL["conv_bn"])
    pixels = np.random.default_rng(0).integers(0, 256, (3, 16, 16, 3), dtype=np.uint8)
    np.testing.assert_allclose(
        network.predict_on_batch(pixels),
        network.predict_on_batch(pixels.astype(np.float32)),
        atol=1e-6,
    )


def check_a_colour_histogram_shares_pixels_out_by_their_distance_to_colours():
    photos = np.random.default_rng(0).uniform(-1, 1, (2, 8, 8, 3)).astype(np.float32)
    photos[1] = (0.5, -0.5, -0.5)  # the red bin's centre: 4 (of 2 × 2 × 2, in the order of RGB)
    given = keras.Input((8, 8, 3))
    found = keras.Model(given, soft_colour_histogram(given, 8, 2)).predict_on_batch(photos)

    centres = np.array([(r, g, b) for r in (-0.5, 0.5) for g in (-0.5, 0.5) for b in (-0.5, 0.5)])
    closeness = np.exp(-2.5 * np.square(photos[:, :, :, None] - centres).sum(axis=-1))
    shares = (closeness / closeness.sum(axis=-1, keepdims=True)).mean(axis=(1, 2))
    # Batch norm that has seen nothing divides by the root of one and a thousandth.
    np.testing.assert_allclose(found, shares / np.sqrt(1.001), rtol=1e-4)
    assert found[1].argmax() == 4


def check_large_photos_have_the_same_colours_as_small_ones():
    small = np.random.default_rng(0).uniform(-1, 1, (1, 48, 48, 3)).astype(np.float32)
    large = small.repeat(3, axis=1).repeat(3, axis=2)
    found = []
    for photos in (small, large):
        given = keras.Input(photos.shape[1:])
        histogram = soft_colour_histogram(given, photos.shape[1], 4)
        found.append(keras.Model(given, histogram).predict_on_batch(photos))
    np.testing.assert_allclose(found[0], found[1], rtol=1e-3)


def check_training_leaves_the_colour_bins_alone():
    network = build_network(*_SMALL["conv_bn_colours"])
    frozen = {v.path for v in network.non_trainable_variables}
    assert {"colour_bins/kernel", "colour_bins/bias"} <= frozen
