"""The team's own instruction files: taken over, accounted for, and never executed."""

from __future__ import annotations

import json

import pytest

from core.errors import UserError
from core.training.instruction import Constant, Cyclic, SimpleConv, Transfer, Vae
from core.training.team_instructions import is_team_instruction, read_team_instruction

FACTORIES = "training.factories"
BASE = {
    "train_data": {
        "dataframe": "data/train.csv",
        "factory": f"{FACTORIES}.data.AugmentedTripletDatasetFactory",
        "kwargs": {"batch_size": 64, "data_slice_ratio": "0.5", "shuffle": "True"},
    },
    "validation_data": {"dataframe": "data/val.csv", "factory": "x.TripletDatasetFactory"},
    "model": {
        "factory": f"{FACTORIES}.models.SimpleConv2DTripletModelFactory",
        "kwargs": {
            "input_shape": "(160, 160, 3)",
            "embedding_size": 24,
            "filters_per_conv_layer": "[16,32,64]",
            "size_dense_layers": "[512, 256]",
        },
        "load": "None",
        "fit": {"kwargs": {"epochs": 40}},
    },
    "loss": {
        "loss": "tensorflow_addons.losses.TripletSemiHardLoss",
        "kwargs": {"distance_metric": "angular", "margin": "0.5"},
    },
    "optimizer": {
        "optimizer": "tensorflow.keras.optimizers.Adam",
        "kwargs": {"learning_rate": 0.002},
    },
    "metric": "None",
    "callbacks": {
        "training.callbacks.Checkpoint": {},
        "training.callbacks.TopKValidation": {"epoch_frequency": 5, "k_list": "[1, 5, 10]"},
        "training.callbacks.CyclicLR": {
            "base_lr": 0.0001,
            "max_lr": "0.003",
            "step_size": 500,
            "mode": "exp_range",
        },
    },
    "cleanup_cmd": "rm -rf /",
}


@pytest.fixture
def read(tmp_path):
    def read(values, name="theirs.json"):
        (tmp_path / name).write_text(json.dumps(values))
        return read_team_instruction(tmp_path / name)

    return read


def changed(*path_and_value):
    *path, value = path_and_value
    values = json.loads(json.dumps(BASE))
    into = values
    for key in path[:-1]:
        into = into[key]
    into[path[-1]] = value
    return values


def test_their_values_become_ours(read):
    instruction, _report = read(BASE)
    assert instruction.model == SimpleConv(
        embedding_size=24, filters=(16, 32, 64), dense=(512, 256)
    )
    assert (instruction.data.side_px, instruction.data.share) == (160, 0.5)
    assert (instruction.sampler.method, instruction.sampler.batch_size) == ("one_item", 64)
    assert (instruction.loss.distance, instruction.loss.margin) == ("angular", 0.5)
    assert instruction.optimizer.learning_rate == 0.003  # what CyclicLR rises to
    assert instruction.schedule == Cyclic(
        mode="exp_range", base_learning_rate=0.0001, step_size=500
    )
    assert (instruction.fitting.epochs, instruction.fitting.evaluate_every) == (40, 5)
    assert instruction.augmentation.rotation_turns == 0.5


def test_every_value_is_accounted_for(read):
    _instruction, report = read(changed("model", "kwargs", "novelty", "7"))
    accounted = [each.key for each in (*report.mapped, *report.ignored)]
    assert len(accounted) == len(set(accounted))
    assert set(accounted) >= {
        "train_data.dataframe",
        "train_data.factory",
        "train_data.kwargs.shuffle",
        "validation_data.factory",
        "model.kwargs.input_shape",
        "model.load",
        "metric",
        "callbacks.Checkpoint",
        "callbacks.TopKValidation.k_list",
        "callbacks.CyclicLR.max_lr",
    }
    ignored = {each.key: each.why for each in report.ignored}
    assert ignored["model.kwargs.novelty"] == "not known"
    assert ignored["cleanup_cmd"] == "commands in files are never run"
    assert "model.kwargs.embedding_size = 24 → model.embedding_size = 24" in str(report)
    assert "= [16, 32, 64] → model.filters = [16, 32, 64]\n" in str(report)


def test_values_are_inherited_key_by_key_over_several_files(read, tmp_path):
    read(BASE, "base.json")
    read({"copy_instruction": "base.json", "loss": {"kwargs": {"margin": 1}}}, "middle.json")
    instruction, report = read({"copy_instruction": "middle", "metric": "None"}, "child.json")
    assert (instruction.loss.margin, instruction.loss.distance) == (1.0, "angular")
    assert instruction.model.embedding_size == 24
    assert "copy_instruction" in {each.key for each in report.ignored}
    (tmp_path / "base.json").write_text('{"copy_instruction": "child.json"}')
    with pytest.raises(UserError, match="copies itself"):
        read_team_instruction(tmp_path / "child.json")
    (tmp_path / "base.json").unlink()
    with pytest.raises(UserError, match="which this one copies, is not there"):
        read_team_instruction(tmp_path / "child.json")


@pytest.mark.parametrize(
    ("factory", "kwargs", "freeze", "model"),
    [
        (
            "SimpleConv2DDropoutAndBatchNormalizationTripletModelFactory",
            {"batch_norm_bool": "True", "dense_dropout_ratios": "[0.2, 0.4]"},
            None,
            SimpleConv(batch_norm=True, dropout=0.3),
        ),
        (
            "EfficientNetB0DropoutTripletModelFactory",
            {"extraction_layers_size": "[128]", "dropout_ratios": "[0.1]"},
            "0.8",
            Transfer(name="efficientnet_b0", dense=(128,), dropout=0.1, trainable_fraction=0.2),
        ),
        ("MobileNetV2TripletModelFactory", {}, 1, Transfer(name="mobilenet_v2")),
        ("ResNet50TripletModelFactory", {}, "None", Transfer(name="resnet50_v2")),
        ("VGG19TripletModelFactory", {}, 1.0, Transfer(name="vgg19")),
        ("VAEModelFactory", {"latent_dim": "16"}, None, Vae(embedding_size=16)),
    ],
)
def test_their_networks_have_counterparts(read, factory, kwargs, freeze, model):
    values = changed("model", {"factory": f"{FACTORIES}.{factory}", "kwargs": kwargs})
    if freeze is not None:
        values["model"]["basemodel_freeze_ratio"] = freeze
    instruction, _report = read(values)
    assert instruction.model == model
    assert (instruction.loss.name == "elbo") == (factory == "VAEModelFactory")


def test_what_they_leave_out_is_as_by_their_defaults(read):
    values = {"model": {"factory": "SimpleConv2DTripletModelFactory"}}
    instruction, _report = read(values)
    assert (instruction.loss.distance, instruction.loss.margin) == ("l2", 1.0)
    assert instruction.schedule == Constant()
    assert instruction.augmentation.flip is False
    assert instruction.augmentation.zoom == 0


@pytest.mark.parametrize(
    ("path", "value", "message", "remedy"),
    [
        (("model", "factory"), "os.system", "“os.system” is no network", "SimpleConv2D"),
        (("loss", "loss"), "losses.Novel", "is no loss", "TripletSemiHardLoss"),
        (("optimizer", "optimizer"), "x.Lion", "is no optimiser", "Adam"),
        (("model", "kwargs", "embedding_size"), "many", "cannot be 'many'", "kind"),
        (("model", "fit", "kwargs", "epochs"), 3.7, "cannot be 3.7", "kind"),
        (("model", "fit", "kwargs", "epochs"), "1e999", "cannot be inf", "kind"),
        (("model", "kwargs", "input_shape"), "(160.5, 160, 3)", "cannot be (160.5", "kind"),
        (("train_data", "kwargs", "batch_size"), 64.5, "cannot be 64.5", "kind"),
        (("model", "kwargs", "input_shape"), "__import__('os')", "cannot be", "kind"),
        (("loss", "kwargs", "distance_metric"), "L1", "cannot be 'L1'", "L2, squared-L2, angular"),
        (("loss", "kwargs", "margin"), -1, "“loss.margin” cannot be -1", "more than 0."),
    ],
)
def test_what_cannot_be_mapped_is_refused(read, path, value, message, remedy):
    with pytest.raises(UserError) as error:
        read(changed(*path, value))
    assert message in error.value.message
    assert remedy in error.value.remedy
    assert error.value.path.name == "theirs.json"


def test_no_string_is_executed(read, tmp_path):
    trap = tmp_path / "trap"
    bomb = f"open({str(trap)!r}, 'w')"
    _instruction, report = read(changed("model", "kwargs", "novelty", bomb))
    assert not trap.exists()
    assert bomb in {each.value for each in report.ignored}


def test_their_format_is_told_from_ours():
    assert is_team_instruction(BASE)
    assert is_team_instruction({"copy_instruction": "x"})
    assert is_team_instruction({"loss": {"loss": "x"}})
    assert not is_team_instruction({"model": {"name": "vae"}, "loss": {"name": "elbo"}})
