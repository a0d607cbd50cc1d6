"""Models of sentence-transformers, exported to ONNX: a network over tokens, whose rows are pooled into one."""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from vectors.models.batching import Batcher, Run
from vectors.models.folder import Folder
from vectors.models.model import Tokens, Vectors

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
TYPES = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
ROWS = ("last_hidden_state", "token_embeddings")


class OnnxEncoder:
    """The model of a folder, with batches of requests that wait together."""

    def __init__(self, folder: Folder, *, threads: int, batch_tokens: int, patience: float) -> None:
        """`threads` are those of one run of the network; see Batcher for the others.

        A network of one thread is opened before gunicorn forks, and its weights are in memory once for all workers;
        one of more is opened by each of them, for threads do not survive a fork.
        """
        shared = functools.partial(_tried_out, folder)
        own = functools.partial(network, folder, threads)
        self.name = folder.name
        self.dimensions = dimensions(folder)
        self.longest = folder.longest
        self._folder = folder
        self._tokenizer = _tokenizer(folder)
        self._batcher = Batcher(shared if threads == 1 else own, tokens=batch_tokens, patience=patience)

    def tokenize(self, sentences: Sequence[str]) -> list[Tokens]:
        """Return the ids of each, with the special tokens and the prompt that the model wants."""
        texts = [self._folder.prompt + each for each in sentences]
        if self._folder.lower_case:
            texts = [each.lower() for each in texts]
        return [each.ids for each in self._tokenizer.encode_batch_fast(texts)]

    def encode(self, sentences: Sequence[Tokens]) -> Vectors:
        return self._batcher.encode(sentences)


def dimensions(folder: Folder) -> int:
    """Try the model out and return how many dimensions its vectors have.

    Raises:
        ValueError: telling what is wrong with it.
    """
    try:
        ids = _tokenizer(folder).encode("A sentence.").ids
    except Exception:
        raise ValueError("tokenizer.json is no tokenizer that can be read") from None
    run = _tried_out(folder)
    try:
        return int(run([ids]).shape[1])
    except Exception:
        raise ValueError(f"{folder.graph.name} does not take what the tokenizer gives") from None


@functools.lru_cache(maxsize=1)
def _tried_out(folder: Folder) -> Run:
    return network(folder, threads=1)


def network(folder: Folder, threads: int) -> Run:
    """Open the graph and return what runs it on a batch and pools the rows of each sentence; raises ValueError."""
    session = _session(folder, threads)
    kinds = {each.name: TYPES.get(each.type) for each in session.get_inputs()}
    if strange := [name for name, kind in kinds.items() if name not in INPUTS or kind is None]:
        raise ValueError(f"{folder.graph.name} wants {', '.join(strange)}; known is {', '.join(INPUTS)}")
    wide = [each.name for each in session.get_outputs() if len(each.shape) == 3]
    rows = next((name for name in (*ROWS, *wide) if name in wide), None)
    if rows is None:
        raise ValueError(f"{folder.graph.name} gives no vector for each token")

    def run(sentences: Sequence[Tokens]) -> Vectors:
        ids, mask = _padded(sentences, folder.pad_id)
        values = dict(zip(INPUTS, (ids, mask, np.zeros_like(ids)), strict=True))
        (found,) = session.run([rows], {name: values[name].astype(kind) for name, kind in kinds.items()})
        return pooled(np.asarray(found, np.float32), mask, folder.poolings)

    return run


def pooled(rows: npt.NDArray[np.float32], mask: npt.NDArray[np.int64], poolings: Sequence[str]) -> Vectors:
    """Return one vector for each sentence, (n, tokens, d) to (n, d × poolings); `mask` is 1 where there is a token."""
    real = mask[:, :, np.newaxis] == 1
    found: list[Any] = []
    for pooling in poolings:
        match pooling:
            case "cls":
                found.append(rows[:, 0])
            case "max":
                found.append(np.where(real, rows, np.float32(-np.inf)).max(axis=1))
            case "mean":
                found.append(np.where(real, rows, np.float32(0)).sum(axis=1) / mask.sum(axis=1, keepdims=True))
    return np.concatenate(found, axis=1, dtype=np.float32)


def _padded(sentences: Sequence[Tokens], pad_id: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the ids, and where they are no padding; both (n, the longest's tokens)."""
    shape = len(sentences), max(map(len, sentences))
    ids, mask = np.full(shape, pad_id, np.int64), np.zeros(shape, np.int64)
    for place, sentence in enumerate(sentences):
        ids[place, : len(sentence)] = sentence
        mask[place, : len(sentence)] = 1
    return ids, mask


def _session(folder: Folder, threads: int) -> Any:
    import onnxruntime  # type: ignore[import-untyped]  # only where there is such a model

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # the cores have other work too
    try:
        return onnxruntime.InferenceSession(str(folder.graph), options, providers=["CPUExecutionProvider"])
    except Exception:
        raise ValueError(f"{folder.graph.name} is no graph that onnxruntime can load") from None


def _tokenizer(folder: Folder) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(folder.tokenizer))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
