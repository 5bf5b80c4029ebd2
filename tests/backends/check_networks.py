"""Networks: what goes in, what comes out, and that a saved one says what it said before."""

import keras
import numpy as np

from core.training.fitting.embed import load_network
from core.training.fitting.learning import save_network
from core.training.instruction import ConvBn, SimpleConv
from core.training.networks.build import build_network

_SMALL = {
    "simple_conv": (
        SimpleConv(filters=(4, 8), dense=(8,), embedding_size=5, batch_norm=True, dropout=0.2),
        24,
    ),
    "conv_bn": (ConvBn(filters=(4, 8, 8), dense=(8,), embedding_size=5), 16),
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
