"""How networks are built, and from which weights; one backend suffices."""

from unittest import mock

import h5py
import keras
import numpy as np
from keras.src.applications import efficientnet
from keras.src.legacy.saving import legacy_h5_format
from keras.src.utils import file_utils

from core.errors import UserError
from core.training.fitting.embed import load_network
from core.training.fitting.learning import save_decoder
from core.training.instruction import SimpleConv, Transfer, Vae
from core.training.networks.build import build_network
from core.training.networks.vae import build_vae


def check_the_teams_network_is_as_described():
    network = build_network(SimpleConv(), 224)
    convolutions = [x for x in network.layers if isinstance(x, keras.layers.Conv2D)]
    assert [layer.filters for layer in convolutions] == [16, 32, 64, 128, 256]
    assert all(x.kernel_size == (5, 5) and x.padding == "valid" for x in convolutions)
    pools = [x for x in network.layers if isinstance(x, keras.layers.MaxPooling2D)]
    assert len(pools) == 4
    dense = [x.units for x in network.layers if isinstance(x, keras.layers.Dense)]
    assert dense == [512, 256, 20]
    # By hand: Σ (25 · in + 1) · out, then (256+1)·512 + (512+1)·256 + (256+1)·20.
    assert network.count_params() == 1_216 + 12_832 + 51_264 + 204_928 + 819_456 + 268_052


def check_photos_too_small_for_the_network_are_refused_with_the_least_side():
    try:
        build_network(SimpleConv(), 64)
    except UserError as error:
        assert "140 px" in error.remedy, error.remedy
    else:
        raise AssertionError("no error")
    build_network(SimpleConv(filters=(2, 2, 2, 2, 2), dense=(2,)), 140)


def check_broken_model_files_are_refused_by_name(folder):
    file = folder / "model.keras"
    file.write_bytes(b"no model")
    try:
        load_network(file)
    except UserError as error:
        assert error.path == file and error.remedy
        assert "damaged" in error.message, error.message
    else:
        raise AssertionError("no error")


def check_transfer_networks_scale_and_freeze_as_they_should():
    side = 32
    pixels = np.random.default_rng(0).integers(0, 256, (2, side, side, 3), dtype=np.uint8)
    for name, module in (("mobilenet_v2", "mobilenet_v2"), ("vgg16", "vgg16")):
        model = Transfer(name=name, weights="random", dense=(4,), embedding_size=3)
        network = build_network(model, side)
        scaled = keras.Model(network.input, network.get_layer("scaled").output)
        wanted = getattr(keras.applications, module).preprocess_input(pixels.astype(np.float32))
        np.testing.assert_allclose(scaled.predict_on_batch(pixels), wanted, atol=1e-3)
        trained = {v.path.split("/")[0] for v in network.trainable_variables}
        assert trained == {"dense_1", "embedding"}, trained
        # A frozen batch norm uses its stored means in training too.
        if name == "mobilenet_v2":
            norm = network.get_layer("bn_Conv1")
            before = keras.ops.convert_to_numpy(norm.moving_mean)
            norm(keras.ops.ones((2, 4, 4, 32)), training=True)
            np.testing.assert_array_equal(before, keras.ops.convert_to_numpy(norm.moving_mean))


def check_a_share_of_a_transfer_network_is_trained_from_its_end():
    model = Transfer(
        name="vgg16", weights="random", dense=(), embedding_size=3, trainable_fraction=0.25
    )
    network = build_network(model, 32)
    trained = {v.path.split("/")[0] for v in network.trainable_variables}
    assert trained == {"block5_conv1", "block5_conv2", "block5_conv3", "embedding"}, trained


def check_weights_that_cannot_be_had_are_explained(folder):
    missing, broken = folder / "missing.h5", folder / "broken.weights.h5"
    broken.write_bytes(b"no weights")
    for file in (missing, broken):
        try:
            build_network(Transfer(name="vgg16", weights=str(file)), 32)
        except UserError as error:
            assert error.path == file and error.remedy
        else:
            raise AssertionError("no error")


def check_weights_files_of_the_base_are_read_in_both_of_keras_formats(folder):
    base = keras.applications.VGG16(include_top=False, weights=None, input_shape=(32, 32, 3))
    newer, older = folder / "newer.weights.h5", folder / "older_notop.h5"
    base.save_weights(newer)
    _save_as_keras_offers_them(base, older)
    for file in (newer, older):
        network = build_network(Transfer(name="vgg16", weights=str(file)), 32)
        for layer in (layer for layer in base.layers if layer.weights):
            ours = network.get_layer(layer.name).get_weights()
            for own, wanted in zip(ours, layer.get_weights(), strict=True):
                np.testing.assert_array_equal(own, wanted, err_msg=layer.name)


def check_a_named_file_does_what_fetched_weights_do(folder):
    # Keras builds this network otherwise for the file that it fetches than for any other; its
    # first blocks show that.
    first_blocks = efficientnet.DEFAULT_BLOCKS_ARGS[:1]
    with mock.patch.object(efficientnet, "DEFAULT_BLOCKS_ARGS", first_blocks):
        _assert_a_named_file_does_what_fetched_weights_do(folder)


def _assert_a_named_file_does_what_fetched_weights_do(folder):
    pixels = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), dtype=np.uint8)
    base_of = keras.applications.EfficientNetB0
    base = base_of(include_top=False, weights=None, input_shape=(32, 32, 3))
    normalised = next(x for x in base.layers if isinstance(x, keras.layers.Normalization))
    means, variances = (0.485, 0.456, 0.406), (0.0524, 0.0502, 0.0506)
    normalised.set_weights([np.array(means), np.array(variances), np.array(0)])
    file = folder / "efficientnetb0_notop.h5"
    _save_as_keras_offers_them(base, file)
    model = Transfer(name="efficientnet_b0", dense=(4,))
    with mock.patch.object(file_utils, "get_file", return_value=str(file)):
        fetched = base_of(include_top=False, weights="imagenet", input_shape=(32, 32, 3))
        ours = build_network(model, 32)
    named = build_network(model.model_copy(update={"weights": str(file)}), 32)
    wanted = fetched.predict_on_batch(pixels)
    for network in (ours, named):
        features = keras.Model(network.input, network.get_layer("pooled").input)
        found = features.predict_on_batch(pixels)
        np.testing.assert_allclose(found, wanted, atol=1e-3 * np.abs(wanted).max())


def _save_as_keras_offers_them(base, file):
    """The weights by layer, as the files are that Keras fetches."""
    with h5py.File(file, "w") as stream:
        legacy_h5_format.save_weights_to_hdf5_group(stream, base)


def check_decoders_give_photos_of_any_side(folder):
    for side in (16, 22):
        model = Vae(filters=(4, 4), embedding_size=3)
        parts = build_vae(model, side)
        file = folder / "decoder.keras"
        save_decoder(parts.decoder, model, side, file)
        loaded = keras.saving.load_model(file, compile=False, safe_mode=True)
        assert loaded.predict_on_batch(np.zeros((2, 3), np.float32)).shape == (2, side, side, 3)
