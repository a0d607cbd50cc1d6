"""A sentence-transformers folder so small that its vectors can be told beforehand: a table of one row for each word."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer, models, pre_tokenizers, processors

WORDS = ("[PAD]", "[CLS]", "[SEP]", "[UNK]", "red", "green", "blue", "nan", "zero", "broken")
"""`broken` is a word that the tokenizer knows and the network does not."""

PLAIN = ("input_ids", "attention_mask")
FLOAT, INT64 = 1, 7


def table(dimensions: int | None) -> npt.NDArray[np.float32]:
    """Return what the network has for each word but the last: a row, or one number where `dimensions` is None."""
    size = (len(WORDS) - 1,) if dimensions is None else (len(WORDS) - 1, dimensions)
    found = np.random.default_rng(1).normal(size=size).astype(np.float32)
    found[WORDS.index("nan")] = np.nan
    found[WORDS.index("zero")] = 0
    return found


def write(
    folder: Path,
    *,
    dimensions: int | None = 8,
    pooling: str = "mean_tokens",
    modules: Sequence[str] = ("Transformer", "Pooling", "Normalize"),
    inputs: Sequence[str] = PLAIN,
    special: bool = True,
    graph: str = "model.onnx",
    files: Mapping[str, object] | None = None,
) -> Path:
    """Write the folder and return it; `files` are JSON files besides, by name."""
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / graph).parent.mkdir(exist_ok=True)
    (folder / graph).write_bytes(graph_bytes(table(dimensions), inputs))
    _tokenizer(special).save(str(folder / "tokenizer.json"))
    kinds = [
        {"path": f"{place}_{name}", "type": f"sentence_transformers.models.{name}"}
        for place, name in enumerate(modules)
    ]
    contents: dict[str, object] = {"modules.json": kinds, "1_Pooling/config.json": {f"pooling_mode_{pooling}": True}}
    for name, content in (contents | dict(files or {})).items():
        (folder / name).write_text(json.dumps(content))
    return folder


def _tokenizer(special: bool) -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    if special:
        marks = [(word, WORDS.index(word)) for word in ("[CLS]", "[SEP]")]
        tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", None, marks)
    tokenizer.enable_padding(length=64)  # as published ones have it; ours must not keep to it
    tokenizer.enable_truncation(3)
    return tokenizer


def graph_bytes(found: npt.NDArray[np.float32], inputs: Sequence[str]) -> bytes:
    """Return the ONNX graph last_hidden_state = table[input_ids + token_type_ids], written by hand (onnx.proto)."""
    typed = "token_type_ids" in inputs
    initializer = b"".join(_number(1, each) for each in found.shape)
    initializer += _number(2, FLOAT) + _bytes(8, b"table") + _bytes(9, found.tobytes())
    nodes = _node("Add", ["input_ids", "token_type_ids"], "ids") if typed else b""
    nodes += _node("Gather", ["table", "ids" if typed else "input_ids"], "last_hidden_state")
    graph = nodes + _bytes(2, b"tiny") + _bytes(5, initializer)
    graph += b"".join(_bytes(11, _value(name, INT64, ["n", "tokens"])) for name in inputs)
    graph += _bytes(12, _value("last_hidden_state", FLOAT, ["n", "tokens", *found.shape[1:]]))
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _bytes(1, b"") + _number(2, 13))


def _node(kind: str, inputs: Sequence[str], output: str) -> bytes:
    names = b"".join(_bytes(1, name.encode()) for name in inputs)
    return _bytes(1, names + _bytes(2, output.encode()) + _bytes(4, kind.encode()))


def _value(name: str, kind: int, shape: Sequence[str | int]) -> bytes:
    sizes = b"".join(_bytes(1, _number(1, n) if isinstance(n, int) else _bytes(2, n.encode())) for n in shape)
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, sizes)))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])
