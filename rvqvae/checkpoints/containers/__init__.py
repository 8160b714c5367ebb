"""Files that hold tensors, whatever model they are of; opening one reads names and shapes alone."""

from pathlib import Path

from rvqvae.checkpoints.containers.safetensors_file import open_safetensors
from rvqvae.checkpoints.containers.tensor_file import Shape, TensorFile
from rvqvae.checkpoints.containers.torch_file import open_torch_file

__all__ = ["SAFETENSORS", "SUFFIXES", "Shape", "TensorFile", "open_tensors"]

SAFETENSORS = ".safetensors"
SUFFIXES = (SAFETENSORS, ".pth", ".pt", ".tar", ".ckpt", ".bin")


def open_tensors(path: Path) -> TensorFile:
    """The tensors of a file, not yet read; nothing that it says is executed.

    Raises
    ------
    CheckpointError
        If it is missing, damaged, too large, or holds anything but tensors and plain values.
    """
    return open_safetensors(path) if path.suffix.lower() == SAFETENSORS else open_torch_file(path)
