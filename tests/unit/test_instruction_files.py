from __future__ import annotations

import json

import pytest

from core.errors import UserError
from core.jobs.context import JobContext
from core.training.instruction import (
    Augmentation,
    Cyclic,
    Elbo,
    Instruction,
    Optimizer,
    Pretraining,
    ProxyAnchor,
    SimpleConv,
    Transfer,
    Vae,
)
from core.training.instruction_files import (
    changed_values,
    list_presets,
    load_instruction,
    parse_instruction,
    read_preset,
    save_instruction,
)
from core.training.networks.weights_file import weights_file
from core.training.sources.loose_photos import loose_photos
from core.training.team_instructions import read_team_instruction


@pytest.fixture
def write(tmp_path):
    def write(name, **values):
        file = tmp_path / name
        file.write_text(json.dumps(values))
        return file

    return write


def refused(text_or_file):
    with pytest.raises(UserError) as error:
        if isinstance(text_or_file, str):
            parse_instruction(text_or_file)
        else:
            load_instruction(text_or_file)
    return error.value


def test_an_empty_instruction_is_the_defaults():
    assert parse_instruction("{}") == Instruction()


def test_a_file_says_only_what_differs_from_its_parents(write):
    write("base.json", seed=5, model={"name": "simple_conv", "dense": [64]}, data={"side_px": 96})
    write("middle.json", extends="base", data={"fit": "crop"})
    child = write("child.json", extends="middle.json", model={"embedding_size": 32})
    loaded = load_instruction(child)
    assert loaded.model == SimpleConv(dense=(64,), embedding_size=32)
    assert (loaded.seed, loaded.data.side_px, loaded.data.fit) == (5, 96, "crop")


def test_another_kind_of_network_takes_nothing_from_the_parents(write):
    write("base.json", model={"filters": [8, 8]}, optimizer={"learning_rate": 0.5})
    child = write("c.json", extends="base", model={"name": "vgg16"}, optimizer={"name": "sgd"})
    assert load_instruction(child).model == Transfer(name="vgg16")
    assert load_instruction(child).optimizer == Optimizer(name="sgd", learning_rate=0.5)
    same = write("same.json", extends="base", model={"dense": [9]})
    assert load_instruction(same).model.filters == (8, 8)


def test_presets_can_be_extended_by_name(write):
    child = write("mine.json", extends="original", loss={"margin": 0.2})
    loaded = load_instruction(child)
    assert loaded.loss.margin == 0.2
    assert loaded.sampler.method == "one_item"


def test_a_circle_of_parents_is_refused(write):
    write("a.json", extends="b")
    write("b.json", extends="c")
    error = refused(write("c.json", extends="a"))
    assert "extends itself: c.json → a.json → b.json → c.json" in error.message
    assert "Take “extends” out" in error.remedy


def test_a_parent_that_is_not_there_is_told_with_the_nearest(write):
    error = refused(write("a.json", extends="orignal"))
    assert error.path.name == "a.json"
    assert "Did you mean “original”?" in error.remedy


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ('{"modle": 1}', "“modle”, which is not known", "“model”?"),
        ('{"model": {"filtres": [1]}}', "“model.filtres”", "“filters”?"),
        ('{"model": {"name": "vgg16", "trainable": 1}}', "model.trainable", "trainable_fraction"),
        ('{"model": {"name": "conv_nb"}}', "cannot be called “conv_nb”", "“conv_bn”?"),
        ('{"pretraining": {"augmentation": {"zom": 1}}}', "pretraining.augmentation.zom", "zoom"),
        ('{"model": {"filters": [1, "a"]}}', 'model.filters.1” cannot be "a"', "a whole number"),
        ('{"seed": -1, "fitting": {"epochs": 0}}', "“seed” cannot be -1", "“fitting.epochs”"),
        ('{"loss": {"name": "elbo"}}', 'the network "vae" and the loss "elbo"', "Change one"),
        ('{"sampler": {"method": "all"}}', 'sampler.method” cannot be "all"', "'one_item'"),
        ('{"seed": NaN}', "seed", "finite"),
        ('{"data": {"side_px": 8}}', "“data.side_px” cannot be 8", "16 or more"),
        ('{"data": {"categories": "bags"}}', "“data.categories”", "a list, in square brackets"),
        ('{"data": {"sources": []}}', "“data.sources”", "Must not be empty"),
        ('{"data": 3}', "“data” cannot be 3", "an object, in curly brackets"),
        ('{"model": 3}', "“model” cannot be 3", "an object, in curly brackets"),
        ('{"augmentation": {"flip": "si"}}', "“augmentation.flip”", "true or false"),
        ('{"seed": 1, "seed": 2}', "“seed” stands there twice", "comma"),
        ('{"seed": 1,}', "not valid JSON", "line 1|just before"),
        ("[]", "not a JSON object", "Begin"),
        ('{"extends": 3}', "“extends” must be", '"extends": "ours"'),
        ("[" * 100_000, "not valid JSON", "Mend"),
    ],
)
def test_what_is_wrong_is_named_with_the_nearest_that_is_right(text, message, remedy):
    error = refused(text)
    assert message in error.message
    assert any(each in error.remedy for each in remedy.split("|"))


def test_the_file_that_says_it_is_named_and_not_the_one_that_inherits_it(write):
    write("parent.json", data={"side": 96})
    error = refused(write("child.json", extends="parent", seed=1))
    assert error.path.name == "parent.json"
    assert "“side_px”" in error.remedy


def test_missing_and_huge_files_are_refused(tmp_path):
    assert "cannot be read" in refused(tmp_path / "gone.json").message
    (tmp_path / "huge.json").write_bytes(b" " * 1_000_001)
    assert "too large" in refused(tmp_path / "huge.json").message


@pytest.mark.parametrize(
    ("instruction", "changed"),
    [
        (Instruction(), set()),
        (
            Instruction(model=SimpleConv(dense=(1,)), seed=1),
            {"seed", "model.name", "model.dense"},
        ),
        (Instruction(model=Transfer(name="vgg19")), {"model.name"}),
        (Instruction(model=Vae(), loss=Elbo()), {"model.name", "loss.name"}),
        (Instruction(loss=ProxyAnchor(alpha=3)), {"loss.name", "loss.alpha"}),
        (Instruction(schedule=Cyclic()), {"schedule.name"}),
        (Instruction(pretraining=Pretraining()), {"pretraining"}),
        (
            Instruction(pretraining=Pretraining(augmentation=Augmentation(zoom=0.5, blur_px=1))),
            {
                "pretraining",
                "pretraining.augmentation.rotation_turns",
                "pretraining.augmentation.brightness",
                "pretraining.augmentation.blur_px",
            },
        ),
    ],
)
def test_changed_values_are_those_that_a_file_holds(instruction, changed, tmp_path):
    assert set(changed_values(instruction)) == changed
    save_instruction(tmp_path / "saved.json", instruction)
    assert load_instruction(tmp_path / "saved.json") == instruction


def test_every_preset_is_valid_and_says_what_it_is_for():
    presets = {preset.name: preset.instruction for preset in list_presets()}
    assert list(presets)[:3] == ["ours", "demo", "original"]
    networks = {"mobilenet_v2", "efficientnet_b0", "resnet50_v2", "vgg16", "vgg19", "vae"}
    assert networks <= set(presets)
    assert all(presets[name].model.name == name for name in networks)
    assert all(instruction.description for instruction in presets.values())


def test_the_original_recipe_is_as_the_team_trained_it():
    original = read_preset("original")
    assert original.model == SimpleConv(filters=(16, 32, 64, 128, 256), dense=(512, 256))
    assert original.model.embedding_size == 20
    assert (original.loss.distance, original.loss.margin) == ("angular", 1.0)
    assert original.sampler.method == "one_item"
    assert original.schedule.mode == "exp_range"
    assert (original.augmentation.rotation_turns, original.augmentation.zoom) == (0.5, 0.5)


def test_an_unknown_preset_is_told_with_the_nearest():
    with pytest.raises(UserError, match="no preset") as error:
        read_preset("our")
    assert "Did you mean “ours”?" in error.value.remedy


def test_where_an_instruction_names_no_backend_the_environment_does(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert Instruction().backend == "jax"
    assert Instruction(backend="torch").backend == "torch"
    monkeypatch.setenv("KERAS_BACKEND", "theano")
    assert Instruction().backend == "tensorflow"


def test_names_too_long_for_any_disk_are_names_of_nothing(tmp_path):
    too_long = "long" * 100
    with pytest.raises(UserError, match="is not there"):
        parse_instruction(json.dumps({"extends": too_long}))
    with pytest.raises(UserError, match="no such weights file"):
        weights_file(Transfer(weights=too_long))
    with pytest.raises(UserError, match="no such folder"):
        loose_photos([tmp_path / too_long], set(), JobContext(), what_for="x", remedy="y")
    theirs = tmp_path / "theirs.json"
    theirs.write_text(json.dumps({"copy_instruction": too_long}))
    with pytest.raises(UserError, match="is not there"):
        read_team_instruction(theirs)
