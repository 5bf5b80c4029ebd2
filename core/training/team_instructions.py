"""Reading the team's own instruction files: their format, mapped onto our instruction.

Their program imported any dotted path and called `eval` on strings. Here a path is only a name
whose last part is known or not, and strings are read as Python literals, nothing else. Whatever
has no counterpart is reported and ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.errors import UserError
from core.training.instruction import Instruction
from core.training.instruction_files import deep_merged, read_json_object
from core.training.instruction_problems import explain
from core.training.named_paths import is_file
from core.training.team_values import MappingReport, TeamValues, literal

_PARENT = "copy_instruction"
_KEYS = frozenset(
    "copy_instruction train_data validation_data model loss optimizer metric callbacks"
    " cleanup_cmd".split()
)
_DEEPEST = 50


def is_team_instruction(values: Mapping[str, Any]) -> bool:
    """Whether a file's values are in the team's format and not in ours."""
    if _PARENT in values or "train_data" in values or "callbacks" in values:
        return True
    model, loss = values.get("model"), values.get("loss")
    return (isinstance(model, Mapping) and "factory" in model) or (
        isinstance(loss, Mapping) and "loss" in loss
    )


def read_team_instruction(path: Path) -> tuple[Instruction, MappingReport]:
    """The instruction that a team's file amounts to, and what became of each of its values.

    Raises:
        UserError: A file is missing or no JSON, copies itself, names a network, loss or optimiser
            that there is not, or a value is none that can be.
    """
    theirs = TeamValues(path, _with_parents(path, ()))
    ours: dict[str, Any] = {"description": f"From {path.name}"}
    _map_data(theirs, ours)
    _map_model(theirs, ours)
    _map_loss(theirs, ours)
    _map_optimizer(theirs, ours)
    _map_callbacks(theirs, ours)
    for key, why in _IGNORED.items():
        theirs.ignore(key, why)
    theirs.ignore("", "not known")
    try:
        instruction = Instruction.model_validate(ours)
    except ValidationError as error:
        problem = explain(error.errors()[0])
        raise UserError(problem.message, path=path, remedy=problem.remedy) from error
    return instruction, MappingReport(tuple(theirs.mapped), tuple(theirs.ignored))


_IGNORED = {
    "train_data.dataframe": "the project's kept photos are used",
    "validation_data": "items with two photos are held out, by the evaluation protocol",
    "model.load": "a run begins with new weights; resume a run to go on with its own",
    "metric": "Top-1, 5 and 10 are measured in any case",
    "cleanup_cmd": "commands in files are never run",
    _PARENT: "its values are among these",
}
_CONSTANTS = {"None": None, "True": True, "False": False}
_DATA_FACTORIES = {
    "TripletDatasetFactory": (0.0, 0.0),
    "AugmentedTripletDatasetFactory": (0.5, 0.5),
    "VAEDatasetFactory": (0.0, 0.0),
}
_TRANSFER = {
    "MobileNetV2": "mobilenet_v2",
    "EfficientNetB0": "efficientnet_b0",
    "ResNet50": "resnet50_v2",
    "VGG16": "vgg16",
    "VGG19": "vgg19",
}
_LOSSES = {"TripletSemiHardLoss": "semi_hard_triplet", "TripletHardLoss": "hard_triplet"}
_DISTANCES = {"L2": "l2", "squared-L2": "squared_l2", "angular": "angular"}
_OPTIMIZERS = {"Adam": "adam", "AdamW": "adamw", "SGD": "sgd"}


def _with_parents(path: Path, children: tuple[Path, ...]) -> dict[str, Any]:
    values = read_json_object(path)
    parent = literal(values.get(_PARENT))
    if not parent:
        return values
    chain = (*children, path.resolve())
    candidates = [path.parent / str(parent), path.parent / f"{parent}.json"]
    file = next((each for each in candidates if is_file(each)), None)
    if file is None:
        raise UserError(
            f"The instruction “{parent}”, which this one copies, is not there",
            path=path,
            remedy="Put that file beside this one.",
        )
    if file.resolve() in chain or len(chain) > _DEEPEST:
        raise UserError(
            f"The instruction copies itself: {' → '.join(each.name for each in (*chain, file))}",
            path=path,
            remedy=f"Take “{_PARENT}” out of one of these files.",
        )
    return deep_merged(_with_parents(file, chain), values)


def _map_data(theirs: TeamValues, ours: dict[str, Any]) -> None:
    ours["sampler"] = {"method": "one_item"}
    theirs.move(
        "train_data.kwargs.batch_size",
        ours,
        "sampler.items",
        lambda size: max(2, _whole(size) // 2),
        " of 2 photos each, in batches of one item and others at random",
    )
    ours["data"] = {"fit": "stretch"}
    theirs.move("train_data.kwargs.data_slice_ratio", ours, "data.share", float)
    augmentation = dict.fromkeys(("zoom", "shift", "brightness", "contrast"), 0.0)
    ours["augmentation"] = {**augmentation, "flip": False}
    if "train_data.factory" in theirs:
        name, (turns, zoom) = theirs.known("train_data.factory", _DATA_FACTORIES, "data set")
        ours["augmentation"] |= {"rotation_turns": turns, "zoom": zoom}
        rotated = f"rotation by {turns} turns and zoom by {zoom:.0%}" if turns else "none"
        theirs.tell("train_data.factory", name, f"augmentation: {rotated}")
    if "train_data.kwargs.shuffle" in theirs:
        theirs.ignore("train_data.kwargs.shuffle", "batches are drawn at random in any case")


def _map_model(theirs: TeamValues, ours: dict[str, Any]) -> None:
    factories = {
        "SimpleConv2DTripletModelFactory": "simple_conv",
        "SimpleConv2DDropoutAndBatchNormalizationTripletModelFactory": "simple_conv",
        "VAEModelFactory": "vae",
        **{
            f"{network}{dropout}TripletModelFactory": ours_name
            for network, ours_name in _TRANSFER.items()
            for dropout in ("", "Dropout")
        },
    }
    if "model.factory" not in theirs:
        raise UserError(
            "The instruction does not say which network",
            path=theirs.path,
            remedy="Give it a “model” with a “factory”, or put the file that it copies beside it.",
        )
    factory, kind = theirs.known("model.factory", factories, "network")
    theirs.tell("model.factory", factory, f"model.name = {kind}")
    model = ours["model"] = {"name": kind}
    kwargs = "model.kwargs."
    theirs.move(f"{kwargs}input_shape", ours, "data.side_px", _longer_side)
    theirs.move(f"{kwargs}embedding_size", ours, "model.embedding_size", _whole)
    if kind == "vae":
        theirs.move(f"{kwargs}latent_dim", ours, "model.embedding_size", _whole)
        theirs.move(f"{kwargs}filters_per_conv_layer", ours, "model.filters", tuple)
        ours["loss"] = {"name": "elbo"}
    elif kind == "simple_conv":
        theirs.move(f"{kwargs}filters_per_conv_layer", ours, "model.filters", tuple)
        theirs.move(f"{kwargs}size_dense_layers", ours, "model.dense", tuple)
        if "Normalization" in factory:
            model["batch_norm"] = True
            theirs.move(f"{kwargs}batch_norm_bool", ours, "model.batch_norm", _any_true)
        theirs.move(f"{kwargs}dense_dropout_ratios", ours, "model.dropout", _mean, " (their mean)")
    else:
        theirs.move(f"{kwargs}extraction_layers_size", ours, "model.dense", tuple)
        theirs.move(f"{kwargs}size_dense_layers", ours, "model.dense", tuple)
        theirs.move(f"{kwargs}dropout_ratios", ours, "model.dropout", _mean, " (their mean)")
        theirs.move(
            "model.basemodel_freeze_ratio",
            ours,
            "model.trainable_fraction",
            lambda frozen: round(1 - float(frozen), 6),
        )
    ours["fitting"] = {"mixed_precision": "off"}
    theirs.move("model.fit.kwargs.epochs", ours, "fitting.epochs", _whole)
    theirs.move("model.fit.kwargs.steps_per_epoch", ours, "fitting.steps_per_epoch", _whole)


def _map_loss(theirs: TeamValues, ours: dict[str, Any]) -> None:
    if ours["model"]["name"] == "vae":
        theirs.ignore("loss", "a variational autoencoder has its own")
        return
    loss = ours["loss"] = {"name": "semi_hard_triplet", "distance": "l2", "margin": 1.0}
    if "loss.loss" in theirs:
        name, loss["name"] = theirs.known("loss.loss", _LOSSES, "loss")
        theirs.tell("loss.loss", name, f"loss.name = {loss['name']}")
    theirs.move("loss.kwargs.distance_metric", ours, "loss.distance", among=_DISTANCES)
    theirs.move("loss.kwargs.margin", ours, "loss.margin", float)


def _map_optimizer(theirs: TeamValues, ours: dict[str, Any]) -> None:
    optimizer = ours["optimizer"] = {"name": "adam", "learning_rate": 0.001}
    if "optimizer.optimizer" in theirs:
        name, optimizer["name"] = theirs.known("optimizer.optimizer", _OPTIMIZERS, "optimiser")
        theirs.tell("optimizer.optimizer", name, f"optimizer.name = {optimizer['name']}")
    theirs.move("optimizer.kwargs.learning_rate", ours, "optimizer.learning_rate", float)
    theirs.move("optimizer.kwargs.weight_decay", ours, "optimizer.weight_decay", float)
    theirs.move("optimizer.kwargs.clipnorm", ours, "optimizer.clip_norm", float)


def _map_callbacks(theirs: TeamValues, ours: dict[str, Any]) -> None:
    ours["schedule"] = {"name": "constant"}
    for key in theirs.below("callbacks"):
        name = key.split(".")[1] if "." in key else ""
        if name in ("Checkpoint", "Tensorboard"):
            theirs.tell(key, theirs.take(key), "kept in the run's folder in any case")
        elif name == "CyclicLR" and key in theirs:
            _map_cyclic(theirs, ours)
        elif key.endswith(".epoch_frequency") and name == "TopKValidation":
            theirs.move(key, ours, "fitting.evaluate_every", _whole)
        elif key.endswith(".k_list") and name == "TopKValidation":
            theirs.tell(key, theirs.take(key), "Top-1, 5 and 10 are measured")


def _map_cyclic(theirs: TeamValues, ours: dict[str, Any]) -> None:
    ours["schedule"] = {"name": "cyclic"}
    names: dict[str, tuple[str, Callable[[Any], Any]]] = {
        "base_lr": ("schedule.base_learning_rate", float),
        "max_lr": ("optimizer.learning_rate", float),
        "step_size": ("schedule.step_size", lambda steps: max(1, round(float(steps)))),
        "mode": ("schedule.mode", str),
        "gamma": ("schedule.gamma", float),
    }
    for key in theirs.below("callbacks.CyclicLR"):
        if (last := key.rpartition(".")[2]) in names:
            name, change = names[last]
            theirs.move(key, ours, name, change)


def _longer_side(shape: Any) -> int:
    return max(_whole(side) for side in shape[:2])


def _whole(number: Any) -> int:
    if not float(number).is_integer():
        raise ValueError(number)
    return int(number)


def _mean(ratios: Any) -> float:
    values = [float(each) for each in (ratios if isinstance(ratios, list | tuple) else [ratios])]
    return round(sum(values) / len(values), 6) if values else 0.0


def _any_true(value: Any) -> bool:
    return any(value) if isinstance(value, list | tuple) else bool(value)
