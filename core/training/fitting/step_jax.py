"""A step as one compiled JAX function from state to state."""

from __future__ import annotations

from typing import Any, Literal

import jax
import keras
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from core.training.fitting.objective import Objective

State = tuple[list[Any], list[Any], list[Any]]
"""Values of what is trained, what is not (running means, seeds), and the optimiser's."""


class JaxStep:
    """See `core.training.fitting.steps.Step`.

    The state's memory is used anew by every step, so the variables are void after one until they
    are synchronised.
    """

    def __init__(
        self,
        objective: Objective,
        optimizer: keras.optimizers.Optimizer,
        devices: Literal["first", "all"] = "first",
    ) -> None:
        self._variables = (
            list(objective.trainable_variables),
            list(objective.non_trainable_variables),
            list(optimizer.variables),
        )
        inner = getattr(optimizer, "inner_optimizer", optimizer)
        rates = [variable is inner.learning_rate for variable in optimizer.variables]

        def step(state: State, pixels: Any, labels: Any, draw: Any, rate: Any) -> tuple[Any, State]:
            trained, fixed, held = state
            held = [rate if is_rate else value for is_rate, value in zip(rates, held, strict=True)]

            def scaled_loss(trained: list[Any]) -> tuple[Any, tuple[Any, list[Any]]]:
                loss, changed = objective.stateless_call(
                    trained, fixed, pixels, labels, draw, training=True
                )
                mapping = list(zip(optimizer.variables, held, strict=True))
                with keras.StatelessScope(state_mapping=mapping):
                    return optimizer.scale_loss(loss), (loss, changed)

            gradients, (loss, fixed) = jax.grad(scaled_loss, has_aux=True)(trained)
            trained, held = optimizer.stateless_apply(held, gradients, trained)
            return loss, (trained, fixed, held)

        self._step = jax.jit(step, donate_argnums=0)
        self._state: State | None = None
        self._mesh: Mesh | None = None
        if devices == "all" and len(jax.local_devices()) > 1:
            self._mesh = Mesh(np.array(jax.local_devices()), ("photos",))

    def __call__(self, pixels: Any, labels: Any, draw: Any, rate: float) -> Any:
        if self._state is None:
            trained, fixed, held = (
                [variable.value for variable in variables] for variables in self._variables
            )
            self._state = self._placed((trained, fixed, held), PartitionSpec())
        pixels, labels, draw = self._placed((pixels, labels, draw), self._shares(len(labels)))
        rate = jax.numpy.asarray(rate, jax.numpy.float32)
        loss, self._state = self._step(self._state, pixels, labels, draw, rate)
        return loss

    def _shares(self, photos: int) -> PartitionSpec:
        """A share of the photos for each device; all for all where they cannot be shared evenly."""
        even = self._mesh is not None and photos % self._mesh.size == 0
        return PartitionSpec("photos") if even else PartitionSpec()

    def _placed(self, values: Any, spec: PartitionSpec) -> Any:
        return (
            values
            if self._mesh is None
            else jax.device_put(values, NamedSharding(self._mesh, spec))
        )

    def synchronise(self) -> None:
        """Puts the state into the variables, whence the next step takes it again."""
        if self._state is None:
            return
        for variables, values in zip(self._variables, self._state, strict=True):
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)
        self._state = None
