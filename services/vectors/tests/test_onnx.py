"""Models of a folder: read as sentence-transformers would read it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quartet.settings import BrokenSetting
from quartet.settings import load as load_settings
from services.vectors.tests import tiny_model
from services.vectors.tests.tiny_model import WORDS, table
from vectors.errors import SentencesRefused
from vectors.models.registry import Models, load
from vectors.settings import VectorsSettings


def opened(path: Path, **settings: Any) -> Models:
    return load(VectorsSettings(environment="testing", vectors_model_dir=path, **settings))


def unit(vector: Any) -> Any:
    return vector / np.linalg.norm(vector)


def words(*named: str) -> Any:
    return table(8)[[WORDS.index(each) for each in named]]


RED = ("[CLS]", "red", "[SEP]")
GREEN_BLUE = ("[CLS]", "green", "blue", "[SEP]")


@pytest.mark.parametrize(
    ("pooling", "pool"),
    [
        ("mean_tokens", lambda each: each.mean(axis=0)),
        ("max_tokens", lambda each: each.max(axis=0)),
        ("cls_token", lambda each: each[0]),
    ],
)
def test_tokens_are_pooled_as_the_folder_says(tmp_path: Path, pooling: str, pool: Any) -> None:
    model = opened(tiny_model.write(tmp_path / "tiny", pooling=pooling)).default
    vectors, tokens = model.embed(["red", "green blue"])
    assert vectors == pytest.approx(np.stack([unit(pool(words(*RED))), unit(pool(words(*GREEN_BLUE)))]), abs=1e-6)
    assert tokens == [3, 4]
    assert vectors.dtype == np.float32


def test_several_poolings_are_joined(tmp_path: Path) -> None:
    config = {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": True}
    model = opened(tiny_model.write(tmp_path / "tiny", files={"1_Pooling/config.json": config})).default
    expected = unit(np.concatenate([words("[CLS]")[0], words(*RED).mean(axis=0)]))
    assert model.dimensions == 16
    assert model.embed(["red", "green blue"]).vectors[0] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    "options",
    [
        {"inputs": ("input_ids",)},
        {"inputs": (*tiny_model.PLAIN, "token_type_ids")},
        {"graph": "onnx/model.onnx"},
        {"graph": "model_quantized.onnx"},
        {"modules": ("Transformer", "Pooling")},
        {"files": {"1_Pooling/config.json": {"pooling_mode": "mean"}}},
    ],
)
def test_each_form_of_export_is_taken(tmp_path: Path, options: dict[str, Any]) -> None:
    model = opened(tiny_model.write(tmp_path / "tiny", **options)).default
    assert model.embed(["red"]).vectors[0] == pytest.approx(unit(words(*RED).mean(axis=0)), abs=1e-6)


def test_a_model_has_the_name_of_its_folder_and_is_beneath_semantic(tmp_path: Path) -> None:
    models = opened(tiny_model.write(tmp_path / "tiny"))
    assert [model.name for model in models] == ["tiny", "wordllama-256"]
    assert models.semantic.name == models.default.name == "tiny"


def test_a_model_of_more_than_500_dimensions_is_not_beneath_semantic(tmp_path: Path) -> None:
    models = opened(tiny_model.write(tmp_path / "wide", dimensions=501))
    assert (models.default.name, models.default.dimensions, models.semantic.name) == ("wide", 501, "wordllama-256")


@pytest.mark.parametrize(
    ("files", "most"),
    [
        ({"sentence_bert_config.json": {"max_seq_length": 4}}, 4),
        ({"config.json": {"max_position_embeddings": 5}, "tokenizer_config.json": {"model_max_length": 7}}, 5),
        ({"tokenizer_config.json": {"model_max_length": 1e30}}, 8192),
        ({}, 8192),
    ],
)
def test_a_model_has_its_own_limit_of_tokens(tmp_path: Path, files: dict[str, Any], most: int) -> None:
    model = opened(tiny_model.write(tmp_path / "tiny", files=files)).default
    assert model.limits.tokens == most
    assert model.embed(["red " * (most - 2)]).tokens == [most]
    with pytest.raises(SentencesRefused) as refused:
        model.embed(["red", "red " * (most - 1)])
    assert refused.value.rules == {1: f"Should have at most {most} tokens, has {most + 1}"}


def test_a_prompt_stands_before_each_sentence(tmp_path: Path) -> None:
    config = {"prompts": {"query": "blue ", "passage": ""}, "default_prompt_name": "query"}
    model = opened(tiny_model.write(tmp_path / "tiny", files={"config_sentence_transformers.json": config})).default
    expected = unit(words("[CLS]", "blue", "red", "[SEP]").mean(axis=0))
    assert model.embed(["red"]).vectors[0] == pytest.approx(expected, abs=1e-6)


def test_case_is_lowered_where_the_folder_says_so(tmp_path: Path) -> None:
    config = {"sentence_bert_config.json": {"do_lower_case": True}}
    model = opened(tiny_model.write(tmp_path / "tiny", files=config)).default
    assert (model.embed(["RED"]).vectors == model.embed(["red"]).vectors).all()


@pytest.mark.parametrize("sentence", ["zero", " "])
def test_what_has_no_direction_is_refused(tmp_path: Path, sentence: str) -> None:
    model = opened(tiny_model.write(tmp_path / "tiny", special=False)).default
    with pytest.raises(SentencesRefused) as refused:
        model.embed(["red", sentence])
    assert refused.value.rules == {1: "String should hold something that the model knows"}


def test_what_is_not_a_number_never_leaves(tmp_path: Path) -> None:
    model = opened(tiny_model.write(tmp_path / "tiny")).default
    with pytest.raises(ArithmeticError):
        model.embed(["red", "nan"])


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"tokenizer.json": None}, "The folder has no tokenizer.json"),
        ({"tokenizer.json": "{}"}, "tokenizer.json is no tokenizer that can be read"),
        ({"modules.json": None}, "The folder has no modules.json"),
        ({"modules.json": "{"}, "modules.json is not JSON"),
        ({"modules.json": "{}"}, "modules.json is not a JSON array"),
        ({"modules.json": "[]"}, "modules.json has nothing; known is Transformer, Pooling, Normalize"),
        ({"1_Pooling/config.json": None}, "The folder has no 1_Pooling/config.json"),
        (
            {"1_Pooling/config.json": '{"pooling_mode_lasttoken": true}'},
            "The pooling pooling_mode_lasttoken is not known; known is cls, max and mean",
        ),
        ({"1_Pooling/config.json": "{}"}, "The pooling none is not known; known is cls, max and mean"),
        ({"model.onnx": None}, "The folder has no model.onnx or onnx/model.onnx"),
        (
            {"model.onnx": None, "a.onnx": "", "b.onnx": ""},
            "The folder has several *.onnx, and no model.onnx or onnx/model.onnx",
        ),
        ({"sentence_bert_config.json": '{"max_seq_length": [1]}'}, "max_seq_length is no whole number of at least 1"),
        (
            {"sentence_bert_config.json": '{"max_seq_length": "many"}'},
            "max_seq_length is no whole number of at least 1",
        ),
        ({"sentence_bert_config.json": '{"max_seq_length": 0}'}, "max_seq_length is no whole number of at least 1"),
        ({"tokenizer_config.json": '{"model_max_length": 1e400}'}, "model_max_length is no whole number of at least 1"),
        ({"config.json": '{"pad_token_id": [0]}'}, "pad_token_id is no whole number of at least 0"),
        (
            {"config_sentence_transformers.json": '{"prompts": null, "default_prompt_name": "query"}'},
            "The prompts of config_sentence_transformers.json are no texts by name",
        ),
        ({"model.onnx": "x"}, "model.onnx is no graph that onnxruntime can load"),
    ],
)
def test_what_is_missing_is_named(
    tmp_path: Path, change: dict[str, str | None], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tiny_model.write(tmp_path / "tiny")
    for name, content in change.items():
        (path / name).unlink(missing_ok=True)
        if content is not None:
            (path / name).write_text(content)
    assert complained(path, monkeypatch) == complaint


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"modules": ("Transformer", "Pooling", "Dense")}, "modules.json has Transformer, Pooling, Dense; known is …"),
        ({"inputs": ("input_ids", "pixels")}, "model.onnx wants pixels; known is …"),
        ({"dimensions": None}, "model.onnx gives no vector for each token"),
    ],
)
def test_what_is_not_known_is_named(
    tmp_path: Path, options: dict[str, Any], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = complained(tiny_model.write(tmp_path / "tiny", **options), monkeypatch)
    assert found.startswith(complaint.removesuffix("…"))


@pytest.mark.parametrize("name", ["random", "semantic", "wordllama-256"])
def test_a_folder_with_the_name_of_another_model_is_refused(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaint = f"The folder's name is the model's, and {name} is another model"
    assert complained(tiny_model.write(tmp_path / name), monkeypatch) == complaint


def test_a_folder_whose_name_no_path_can_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    complaint = "The folder's name is the model's, of 1 to 200 letters, digits, and _ . -"
    assert complained(tiny_model.write(tmp_path / "a model"), monkeypatch) == complaint


def complained(path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what is said of the setting."""
    monkeypatch.setenv("VECTORS_MODEL_DIR", str(path))
    with pytest.raises(BrokenSetting) as broken:
        load_settings(VectorsSettings)
    message = str(broken.value)
    assert message.startswith("VECTORS_MODEL_DIR: ")
    assert message.endswith(" (from the environment)")
    return message.removeprefix("VECTORS_MODEL_DIR: ").removesuffix(" (from the environment)")


def test_a_process_that_forks_has_no_thread_of_a_model_and_no_tale_to_tell(tmp_path: Path) -> None:
    """onnxruntime reports its use unless told not to, from a thread and with files in the caller's home."""
    folder = tiny_model.write(tmp_path / "tiny")
    script = (
        "import os, pathlib, vectors\n"
        "from vectors.models import folder, onnx\n"
        f"onnx.dimensions(folder.read(pathlib.Path({str(folder)!r})))\n"
        "print(len(os.listdir('/proc/self/task')))\n"
    )
    home = tmp_path / "home"
    home.mkdir()
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "OPENBLAS_NUM_THREADS": "1"}
    ended = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert (ended.stdout, ended.stderr) == ("1\n", "")
    assert list(home.rglob("*")) == []
