"""What the training tab shows, as values: form fields, drafts, JSON text, points of curves."""

import json

import numpy as np
import pytest

from core.qt.training.bar_chart import gathered
from core.qt.training.curves_view import moving_mean
from core.qt.training.decimation import decimated
from core.qt.training.draft import Draft, dumped, faults_of
from core.qt.training.form_fields import Kind, form_of
from core.qt.training.json_lines import as_text, line_of, lines_of
from core.training.instruction import Instruction


@pytest.fixture
def draft(qapp):
    return Draft(None)


def groups():
    return {group.name: group for group in form_of(Instruction.model_json_schema())}


def fields(group, variant=None):
    return {field.path[-1]: field for field in groups()[group].fields_for(variant)}


def paths_in(values, before=()):
    for name, value in values.items():
        if isinstance(value, dict):
            yield from paths_in(value, (*before, name))
        else:
            yield (*before, name)


def test_every_value_of_an_instruction_has_a_field():
    instruction = dumped(Instruction(pretraining={}))
    shown = set()
    for group in groups().values():
        for field in group.fields_for(instruction.get(group.name, {}).get("name")):
            shown.add(field.path)
        if group.variants:
            shown.add((*group.path, "name"))

    assert set(paths_in(instruction)) <= shown


def test_fields_know_their_kind_their_limits_and_what_they_are_for():
    assert fields("optimizer")["learning_rate"].kind is Kind.NUMBER
    assert fields("optimizer")["learning_rate"].limits == "above 0, at most 10"
    assert fields("optimizer")["clip_norm"].is_optional
    assert fields("data")["fit"].choices == ("pad", "crop", "stretch")
    assert fields("model", "simple_conv")["batch_norm"].kind is Kind.SWITCH
    assert fields("model", "conv_bn")["filters"].kind is Kind.INTEGERS
    assert fields("data")["sources"].kind is Kind.TEXTS
    assert groups()["general"].fields[1].title == "Seed"
    assert all(field.description for field in fields("augmentation").values())


def test_a_network_has_the_fields_of_its_kind():
    assert "beta" in fields("model", "vae")
    assert "beta" not in fields("model", "conv_bn")
    assert "trainable_fraction" in fields("model", "vgg16")


def test_a_draft_counts_what_was_changed_and_takes_it_back(draft):
    draft.set_value(("fitting", "epochs"), 7)
    draft.set_value(("data", "share"), 0.5)
    assert draft.changes() == 2
    assert draft.is_changed(("data", "share"))

    draft.reset(("data", "share"))

    assert draft.changes() == 1
    draft.reset_all()
    assert draft.instruction == Instruction()


def test_what_is_wrong_is_told_where_it_is(draft):
    draft.set_value(("model", "filters"), [0, 3])
    draft.set_value(("fitting", "epochs"), "many")

    assert draft.instruction is None
    assert {fault.path: fault.message for fault in draft.faults} == {
        ("model", "filters"): "Must be 1 or more",
        ("fitting", "epochs"): "Must be a whole number",
    }


def test_the_loss_follows_the_network_and_the_network_the_loss(draft):
    draft.set_value(("model", "name"), "vae")
    assert draft.value(("loss", "name")) == "elbo"
    draft.set_value(("loss", "name"), "proxy_anchor")
    assert draft.value(("model", "name")) == "conv_bn"
    assert draft.instruction is not None


def test_another_network_keeps_what_both_have(draft):
    draft.set_value(("model", "embedding_size"), 64)
    draft.set_value(("model", "name"), "mobilenet_v2")

    assert draft.value(("model", "embedding_size")) == 64
    assert draft.value(("model", "trainable_fraction")) == 0.0


def test_pretraining_is_switched_on_with_its_own_defaults(draft):
    draft.set_value(("pretraining",), {})

    assert draft.value(("pretraining", "augmentation", "zoom")) == 0.5
    draft.set_value(("pretraining",), None)
    assert draft.instruction == Instruction()


def test_the_text_is_the_instruction_and_says_where_each_value_stands():
    values = dumped(Instruction())
    text = as_text(values)
    lines = lines_of(text)

    assert json.loads(text) == values
    assert '"filters": [32, 64, 128, 256, 256]' in text
    written = text.splitlines()
    for path in paths_in(values):
        assert f'"{path[-1]}"' in written[lines[path]]
    assert line_of(("model", "filters", 0), lines) == lines[("model", "filters")]


def test_braces_in_texts_do_not_move_lines():
    text = '{"a": "}{ \\" [",\n "b": {"c": [{"d": 1},\n {"d": 2}],\n "e": 3}}'

    lines = lines_of(text)

    assert lines[("b",)] == 1
    assert lines[("b", "e")] == 3


def test_unknown_names_are_told_with_the_nearest():
    (fault,) = faults_of({"fitting": {"epoch": 3}})
    assert fault.path == ("fitting", "epoch")
    assert "Did you mean “epochs”?" in fault.message


def test_thinned_curves_keep_every_peak():
    rng = np.random.default_rng(0)
    x = np.arange(100_000.0)
    y = rng.random(100_000)
    y[31_415], y[77_777] = 9.0, -9.0
    y[500] = np.nan

    thin_x, thin_y = decimated(x, y, np.linspace(0, 100_000, 501))

    assert len(thin_x) <= 2 * 500 + 2
    assert thin_y.max() == 9.0 and thin_y.min() == -9.0
    assert np.all(np.diff(thin_x) >= 0)
    assert np.all(np.isfinite(thin_y))


def test_what_is_in_view_is_drawn_as_it_is_where_there_is_room():
    x = np.arange(1000.0)

    thin_x, thin_y = decimated(x, x * 2, np.linspace(100, 200, 301))

    assert list(thin_x) == list(range(99, 202))
    assert np.array_equal(thin_y, 2 * thin_x)


def test_the_moving_mean_is_that_of_the_last_values():
    values = np.array([1.0, 2.0, np.nan, 4.0, 6.0])

    plain = [np.nanmean(values[max(0, at - 2) : at + 1]) for at in range(5)]

    assert np.allclose(moving_mean(values, 3), plain)


def test_bars_have_no_gaps_and_gather_what_lies_beyond():
    assert gathered({2: 5, 4: 1}) == [("2", 5), ("3", 0), ("4", 1)]
    many = gathered({2: 5, 40: 2, 90: 1})
    assert len(many) == 14
    assert many[-1] == ("15+", 3)
    assert gathered({}) == []
