"""Which pairs of a batch belong together, and means over what is there."""

from __future__ import annotations

from keras import ops

from core.training.losses.embedding_loss import Tensor


def positive_pairs(labels: Tensor) -> Tensor:
    """Whether two different rows have the same label: booleans (B, B), false on the diagonal."""
    same = labels[:, None] == labels[None, :]
    return ops.logical_and(same, ops.logical_not(ops.eye(ops.shape(labels)[0], dtype="bool")))


def negative_pairs(labels: Tensor) -> Tensor:
    """Whether two rows have different labels: booleans (B, B)."""
    return labels[:, None] != labels[None, :]


def mean_where(values: Tensor, counted: Tensor) -> Tensor:
    """The mean of those values that count; 0 where none does."""
    total = ops.sum(ops.where(counted, values, 0.0))
    return total / ops.maximum(ops.sum(ops.cast(counted, "float32")), 1.0)


def log_sum_exp_where(values: Tensor, counted: Tensor, *, plus_one: bool = False) -> Tensor:
    """Log Σ exp(value) over each row's counted values, (B,), without overflow.

    Args:
        values: float32 (B, C).
        counted: booleans (B, C).
        plus_one: log(1 + Σ exp(value)) instead, which is 0 for a row where none counts.

    Returns:
        float32 (B,); very negative, and with a zero gradient, for a row where none counts.
    """
    values = ops.where(counted, values, -1e30)
    if plus_one:
        values = ops.concatenate([values, ops.zeros_like(values[:, :1])], axis=1)
    highest = ops.stop_gradient(ops.max(values, axis=1, keepdims=True))
    sums = ops.sum(ops.exp(values - highest), axis=1)
    return ops.log(sums) + highest[:, 0]
