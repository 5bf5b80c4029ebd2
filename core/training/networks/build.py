"""From an instruction to its network."""

from __future__ import annotations

import keras

from core.training import instruction
from core.training.networks.conv_bn import conv_bn
from core.training.networks.simple_conv import simple_conv
from core.training.networks.transfer import transfer
from core.training.networks.vae import build_vae


def build_network(model: instruction.Model, side_px: int) -> keras.Model:
    """A new network with random weights (or ImageNet's, where the instruction says so).

    It takes photos (B, side, side, 3) of 0 … 255, in any type, and gives float32 (B, embedding);
    scaling is its own business. It is made of Keras' own layers alone, so that the saved file loads
    anywhere, in safe mode.

    Raises:
        UserError: The photos are too small, or weights cannot be had.
    """
    match model:
        case instruction.SimpleConv():
            return simple_conv(model, side_px)
        case instruction.ConvBn():
            return conv_bn(model, side_px)
        case instruction.Transfer():
            return transfer(model, side_px)
        case instruction.Vae():
            return build_vae(model, side_px).encoder
