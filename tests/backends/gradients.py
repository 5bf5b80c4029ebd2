"""A function's value and gradient by the backend in use."""

import functools

import keras
import numpy as np
from keras import ops


def value_and_gradient(function, at, *arguments):
    """Both as NumPy, for a function from a float32 tensor (and more arguments) to a scalar.

    Keep one function for many calls: TensorFlow and JAX compile it once a shape.
    """
    match keras.backend.backend():
        case "tensorflow":
            value, gradient = _by_tensorflow(function)(ops.convert_to_tensor(at), *arguments)
        case "torch":
            x = ops.convert_to_tensor(at).requires_grad_()
            value = function(x, *map(ops.convert_to_tensor, arguments))
            if not value.requires_grad:
                return float(value), np.zeros_like(at)
            value.backward()
            return float(value), x.grad.numpy()
        case "jax":
            value, gradient = _by_jax(function)(at, *arguments)
    return float(value), np.asarray(gradient)


@functools.cache
def _by_jax(function):
    import jax

    return jax.jit(jax.value_and_grad(function))


@functools.cache
def _by_tensorflow(function):
    import tensorflow as tf

    @tf.function(autograph=False, reduce_retracing=False)
    def both(x, *arguments):
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = function(x, *arguments)
        return value, tape.gradient(value, x)

    return both
