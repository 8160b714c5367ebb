"""What a format says of itself."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import torch

from rvqvae.checkpoints.checkpoint import Checkpoint
from rvqvae.checkpoints.containers import TensorFile
from rvqvae.checkpoints.files import Files


@dataclass(frozen=True)
class Format:
    """A published way to keep a tokenizer in files.

    Attributes
    ----------
    name : for people
    tensors : how its tensors are named, for the sentence that lists what is known
    weights : patterns of paths under which its weights are published beside other models'; in any case
    beside : names, in lower case, of the files that it may read beside them
    matches : what stands before its tensors' names among those of a file; None if it is not in there
    read : the checkpoint of files, of which the tensors are those behind that prefix
    check : refuses files that lack what `read` needs or say the impossible, before the weights are fetched
    """

    name: str
    tensors: str
    weights: tuple[str, ...]
    beside: tuple[str, ...]
    matches: Callable[[Collection[str], Files], str | None]
    read: Callable[[Files, TensorFile, torch.device], Checkpoint]
    check: Callable[[Files], object]
