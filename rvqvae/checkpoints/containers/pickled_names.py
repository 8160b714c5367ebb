"""What stands in a stranger's pickle for the classes and functions that it names.

Each is harmless, and none copies what it is given: the same list could be given a million times. Objects of a
few libraries that people save beside their weights, a training's settings, become an `Opaque`, which keeps at
most their attributes. Any other name is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch


class RefusedPickleError(Exception):
    """A pickle that is not opened; the message says why."""


class ForbiddenObjectError(RefusedPickleError):
    """A pickle that names an object which opening it would have to execute; the message is its name."""


@dataclass(frozen=True, slots=True)
class Storage:
    """Numbers that lie in a file, not yet read.

    Attributes
    ----------
    key : the name of their part of the file
    kind : None where the tensor says it
    count : how many they are
    """

    key: str
    kind: torch.dtype | None
    count: int


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """A tensor that is described and not yet read: a window on a storage.

    Attributes
    ----------
    offset, stride : in elements
    """

    storage: Storage
    kind: torch.dtype
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


class Opaque:
    """An object of a library: its attributes and items, and nothing that it could do."""

    def __new__(cls, *args: object, **kwargs: object) -> "Opaque":
        """Whatever it is made of, which is left out."""
        made = super().__new__(cls)
        made.state = {}
        return made

    def __init__(self, *args: object, **kwargs: object):
        self.state: dict[object, object]

    def __setstate__(self, state: object) -> None:
        if isinstance(state, dict):
            self.state = state

    def __setitem__(self, key: object, value: object) -> None:
        self.state[key] = value

    def append(self, value: object) -> None:
        """Leave out an item of a list of a kind of its own."""

    def extend(self, values: object) -> None:
        """Leave out items, as `append`."""


class _Dict(dict[object, object]):
    """An OrderedDict; its own attributes, such as a state dict's versions, are left out."""

    def __init__(self, *items: object):
        if items:
            raise RefusedPickleError("a dictionary made of a list, as Python 2 wrote it")
        super().__init__()

    def __setstate__(self, state: object) -> None:
        pass


class _Dtype(Opaque):
    """NumPy's type of a scalar."""

    def __init__(self, code: object = "", *flags: object):
        self.code = code


def look_up(module: str, name: str) -> object:
    """What stands for a name.

    Raises
    ------
    ForbiddenObjectError
        If nothing does.
    """
    found = _KNOWN.get((_RENAMED.get(module, module), name))
    if found is not None:
        return found
    of_library = module == "numpy.dtypes" or module.split(".")[0] in _OPAQUE_LIBRARIES
    if of_library or name in _OPAQUE.get(module, ()):
        return Opaque
    raise ForbiddenObjectError(name if module in ("builtins", "__builtin__") else f"{module}.{name}")


def _tensor(
    storage: object, offset: object, shape: object, stride: object, *rest: object, kind: object = None
) -> StoredTensor:
    if not (isinstance(storage, Storage) and isinstance(shape, tuple) and isinstance(stride, tuple)):
        raise RefusedPickleError("a tensor of something else than numbers in the file")
    if len(shape) != len(stride) or len(shape) > _MOST_AXES:
        raise RefusedPickleError("a tensor of an impossible shape")
    if not all(type(n) is int and 0 <= n < _MOST for n in (offset, *shape, *stride)):
        raise RefusedPickleError("a tensor of an impossible shape")
    kind = storage.kind or kind
    if not isinstance(kind, torch.dtype) or not isinstance(offset, int):
        raise RefusedPickleError("a tensor of no known type")
    return StoredTensor(storage, kind, offset, shape, stride)


def _tensor_v3(*arguments: object) -> StoredTensor:
    """The form that says its type: storage, offset, shape, stride, gradient, hooks, type."""
    return _tensor(*arguments[:4], kind=arguments[6])


def _parameter(data: object, *rest: object) -> object:
    return data


def _from_type(function: object, kind: object, arguments: object, state: object) -> object:
    """A tensor with attributes of its own, without them."""
    if function not in (_tensor, _tensor_v3, _parameter) or not isinstance(arguments, tuple):
        raise ForbiddenObjectError("a tensor of a kind of its own")
    return function(*arguments)


def _size(items: object = ()) -> tuple[object, ...]:
    if not isinstance(items, tuple | list) or len(items) > _MOST_AXES:
        raise RefusedPickleError("a tensor of an impossible shape")
    return tuple(items)


def _encode(text: object, encoding: object = "latin1") -> bytes:
    """How older protocols write bytes: those of a number; longer ones, of arrays, are left out."""
    return text.encode("latin1") if isinstance(text, str) and len(text) <= _LONGEST_NUMBER else b""


def _scalar(dtype: object, content: object = b"") -> object:
    """A NumPy scalar as a plain number."""
    code = getattr(dtype, "code", None)
    if not isinstance(code, str) or code.lstrip("<=|") not in _NUMBERS:
        raise ForbiddenObjectError("a NumPy scalar that is no number")
    kind = np.dtype(code)
    if not isinstance(content, bytes) or len(content) != kind.itemsize:
        raise RefusedPickleError("a number of the wrong length")
    return np.frombuffer(content, kind)[0].item()


def _opaque(*arguments: object) -> Opaque:
    return Opaque()


_MOST_AXES, _MOST, _LONGEST_NUMBER = 8, 1 << 48, 16
_NUMBERS = {"b1", "i1", "u1", "i2", "u2", "f2", "i4", "u4", "f4", "i8", "u8", "f8"}
_STORAGES = {
    "DoubleStorage": torch.float64,
    "FloatStorage": torch.float32,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
}
_RENAMED = {
    "__builtin__": "builtins",
    "copy_reg": "copyreg",
    "numpy.core.multiarray": "numpy._core.multiarray",
}
_FUNCTIONS: dict[tuple[str, str], Callable[..., object]] = {
    ("collections", "OrderedDict"): _Dict,
    ("_codecs", "encode"): _encode,
    ("copyreg", "_reconstructor"): _opaque,
    ("numpy", "dtype"): _Dtype,
    ("numpy._core.multiarray", "scalar"): _scalar,
    ("torch", "Size"): _size,
    ("torch._utils", "_rebuild_tensor"): _tensor,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_tensor_v3"): _tensor_v3,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("torch._utils", "_rebuild_parameter_with_state"): _parameter,
    ("torch._tensor", "_rebuild_from_type_v2"): _from_type,
}
_KNOWN: dict[tuple[str, str], object] = {
    **_FUNCTIONS,
    **{("torch", name): kind for name, kind in _STORAGES.items()},
    **{("torch", str(kind).removeprefix("torch.")): kind for kind in _STORAGES.values()},
}
# Settings of trainings, as PyTorch Lightning, OmegaConf and argparse leave them beside the weights.
_OPAQUE_LIBRARIES = {
    "easydict",
    "lightning",
    "lightning_fabric",
    "lightning_utilities",
    "mGPT",
    "omegaconf",
    "pytorch_lightning",
    "torchmetrics",
    "typing",
    "yacs",
}
_PLAIN = {"bool", "bytes", "complex", "dict", "float", "int", "list", "object", "set", "str", "tuple"}
_OPAQUE = {
    "argparse": {"Namespace"},
    "builtins": _PLAIN,
    "__builtin__": _PLAIN,
    "collections": {"defaultdict"},
    "numpy": {"ndarray"},
    "numpy._core.multiarray": {"_reconstruct"},
    "numpy.core.multiarray": {"_reconstruct"},
    "pathlib": {"Path", "PosixPath", "WindowsPath"},
    "torch": {"Tensor", "device"},
    "torch._utils": {"_rebuild_sparse_tensor", "_rebuild_qtensor"},
    "torch.nn.parameter": {"Parameter"},
    "torch.storage": {"UntypedStorage"},
    "types": {"SimpleNamespace"},
}
