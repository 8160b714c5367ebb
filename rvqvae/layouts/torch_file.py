"""Reading a file that `torch.save` wrote, without executing what it says.

PyTorch's `weights_only` reader builds tensors and plain containers and nothing else. Two harmless kinds of
value that people save beside their weights are admitted as well: NumPy scalars (a validation loss) and
argparse namespaces (the command line of the training).
"""

import argparse
import pickle
import re
import warnings
import zipfile
from pathlib import Path

import numpy as np
import torch

from rvqvae.layouts.contents import CheckpointError

MAX_BYTES = 4 << 30
_SCALAR = np._core.multiarray.scalar
_ADMITTED = [
    argparse.Namespace,
    np.dtype,
    *{type(np.dtype(kind)) for kind in "?bBhHiIlLqQefd"},
    (_SCALAR, "numpy.core.multiarray.scalar"),
    (_SCALAR, "numpy._core.multiarray.scalar"),
]


def read_torch_file(path: Path) -> dict:
    """The dictionary that a `torch.save` file holds, its tensors on the CPU.

    Raises
    ------
    CheckpointError
        If the file is damaged or too large, holds anything but tensors and plain values, or is no dictionary.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise CheckpointError(f"{path}: {size} bytes; at most {MAX_BYTES} are read")
    _refuse_bombs(path, size)
    try:
        with warnings.catch_warnings(), torch.serialization.safe_globals(_ADMITTED):
            warnings.simplefilter("ignore")
            content = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        culprit = re.search(r"(?:GLOBAL|Unsupported class) ([\w.]+)", str(error))
        if culprit:
            raise CheckpointError(
                f"{path}: holds Python objects that loading would have to execute "
                f"({culprit[1][:80]}); expected tensors and plain values only, so save it again as a "
                "state dict"
            ) from None
        raise CheckpointError(f"{path}: {_DAMAGED}") from None
    except Exception as error:  # damage shows in zip, pickle or tensor code, each in its way
        if isinstance(error, AssertionError | RecursionError | MemoryError) or not str(error).strip():
            raise CheckpointError(f"{path}: {_DAMAGED}") from None
        reason = " ".join(str(error).split())[:120]
        raise CheckpointError(f"{path}: {_DAMAGED} ({reason})") from None
    if not isinstance(content, dict):
        raise CheckpointError(f"{path}: found a {type(content).__name__}; expected a dictionary of tensors")
    return content


_DAMAGED = "not a file of torch.save, or a damaged one"


def tensors_of(path: Path, values: object) -> dict[str, torch.Tensor]:
    """The tensors of a state dict, each checked to be as large in memory as its shape says.

    Raises
    ------
    CheckpointError
        If it is no state dict, or a tensor claims more than the file holds.
    """
    if not isinstance(values, dict) or not any(isinstance(v, torch.Tensor) for v in values.values()):
        raise CheckpointError(f"{path}: found no state dict; expected a dictionary of named tensors")
    state = {}
    for key, tensor in values.items():
        if not isinstance(tensor, torch.Tensor) or tensor.layout != torch.strided or tensor.is_quantized:
            continue
        if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
            raise CheckpointError(
                f"{path}: tensor {key} claims shape {tuple(tensor.shape)}, more than the file holds"
            )
        state[str(key).removeprefix("module.").removeprefix("_orig_mod.")] = tensor
    return state


def _refuse_bombs(path: Path, size: int) -> None:
    """A `torch.save` archive stores its parts as they are: one that unpacks to more is not such a file."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise CheckpointError(f"{path}: {_DAMAGED} ({error})") from None
    if sum(part.file_size for part in parts) > size or any(part.compress_type for part in parts):
        raise CheckpointError(
            f"{path}: found a compressed archive, which torch.save does not write; "
            "expected the file as it was saved"
        )
