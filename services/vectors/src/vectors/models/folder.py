"""A folder of a sentence-transformers model, as its files describe it."""

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RESERVED = ("random", "semantic", "wordllama-256")
NAME = re.compile(r"[A-Za-z0-9_.-]{1,200}")
POOLINGS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
}
"""In the order in which sentence-transformers joins the results of several."""


@dataclass(frozen=True)
class Folder:
    """What the files say; `longest` is the most tokens of a sentence, `prompt` stands before each sentence."""

    name: str
    graph: Path
    tokenizer: Path
    poolings: tuple[str, ...]
    longest: int | None
    lower_case: bool
    prompt: str
    pad_id: int


def read(path: Path) -> Folder:
    """Read what the folder says of its model.

    Raises:
        ValueError: telling what is missing or not known to us.
    """
    path = path.resolve()
    if not path.is_dir():
        raise ValueError("There is no such folder")
    if not NAME.fullmatch(path.name):
        raise ValueError("The folder's name is the model's, of 1 to 200 letters, digits, and _ . -")
    if path.name in RESERVED:
        raise ValueError(f"The folder's name is the model's, and {path.name} is another model")
    if not (path / "tokenizer.json").is_file():
        raise ValueError("The folder has no tokenizer.json")
    graph = _graph(path)
    sentences = _json(path, "sentence_bert_config.json", needed=False)
    config = _json(path, "config.json", needed=False)
    return Folder(
        name=path.name,
        graph=graph,
        tokenizer=path / "tokenizer.json",
        poolings=_poolings(path),
        longest=_longest(sentences, config, _json(path, "tokenizer_config.json", needed=False)),
        lower_case=bool(sentences.get("do_lower_case")),
        prompt=_prompt(_json(path, "config_sentence_transformers.json", needed=False)),
        pad_id=_pad_id(config),
    )


def _graph(path: Path) -> Path:
    for name in ("model.onnx", "onnx/model.onnx"):
        if (path / name).is_file():
            return path / name
    found = sorted([*path.glob("*.onnx"), *path.glob("onnx/*.onnx")])
    if len(found) != 1:
        raise ValueError(f"The folder has {'several *.onnx, and ' if found else ''}no model.onnx or onnx/model.onnx")
    return found[0]


def _poolings(path: Path) -> tuple[str, ...]:
    """Return how token vectors become a sentence's, from modules.json: Transformer, Pooling, and maybe Normalize."""
    modules = [module for module in _json(path, "modules.json", kind=list) if isinstance(module, dict)]
    kinds = [str(module.get("type", "")).rpartition(".")[2] for module in modules]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise ValueError(f"modules.json has {', '.join(kinds) or 'nothing'}; known is Transformer, Pooling, Normalize")
    config = _json(path, f"{modules[1].get('path')}/config.json")
    asked = {name for name, value in config.items() if name.startswith("pooling_mode_") and value is True}
    if isinstance(named := config.get("pooling_mode"), str):
        asked |= {next((flag for flag, mode in POOLINGS.items() if mode == named), named)}
    if not asked or not asked <= POOLINGS.keys():
        raise ValueError(f"The pooling {', '.join(sorted(asked)) or 'none'} is not known; known is cls, max and mean")
    return tuple(mode for flag, mode in POOLINGS.items() if flag in asked)


def _longest(sentences: dict[str, Any], config: dict[str, Any], tokenizer: dict[str, Any]) -> int | None:
    if (most := sentences.get("max_seq_length")) is not None:
        return _whole_number(most, "max_seq_length", least=1)
    known = {
        "max_position_embeddings": config.get("max_position_embeddings"),
        "model_max_length": tokenizer.get("model_max_length"),
    }
    return min(
        (_whole_number(value, name, least=1) for name, value in known.items() if value is not None), default=None
    )


def _whole_number(value: Any, name: str, *, least: int) -> int:
    if type(value) not in (int, float) or not math.isfinite(value) or value != int(value) or value < least:
        raise ValueError(f"{name} is no whole number of at least {least}")
    return int(value)


def _prompt(config: dict[str, Any]) -> str:
    name = config.get("default_prompt_name")
    if not name:
        return ""
    prompts = config.get("prompts")
    if not isinstance(prompts, dict) or not isinstance(name, str) or not isinstance(prompts.get(name, ""), str):
        raise ValueError("The prompts of config_sentence_transformers.json are no texts by name")
    return str(prompts.get(name, ""))


def _pad_id(config: dict[str, Any]) -> int:
    value = config.get("pad_token_id")
    return 0 if value is None else _whole_number(value, "pad_token_id", least=0)


def _json(path: Path, name: str, *, needed: bool = True, kind: type = dict) -> Any:
    """Return what a file holds; an empty object for one that is neither there nor needed."""
    file = path / name
    if not needed and not file.is_file():
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise ValueError(f"The folder has no {name}") from None
    except ValueError:
        raise ValueError(f"{name} is not JSON") from None
    if not isinstance(found, kind):
        raise ValueError(f"{name} is not a JSON {'array' if kind is list else 'object'}")
    return found
