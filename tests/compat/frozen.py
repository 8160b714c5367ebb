"""What earlier versions gave, as values in JSON files, and how present results are held against them.

Whole numbers and texts are compared exactly, floats within what another processor's rounding may change. A
long array is kept as its shape with a digest of its whole numbers, or with a sample of its floats.
"""

import csv
import hashlib
import json
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).resolve().parent / "data"
ROOT = DATA.parents[2]

LONGEST = 160  # numbers of an array that are written out
SAMPLED = 40  # floats of a longer one
RELATIVE, METRES, MILLIMETRES = 1e-3, 1e-4, 0.05


def read(name: str) -> Any:
    """The values of a JSON file of `data/`."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def digest(values: Any) -> str:
    """The same for equal arrays of whole numbers."""
    return hashlib.sha256(np.ascontiguousarray(values, dtype="<i8").tobytes()).hexdigest()


def freeze(value: Any) -> Any:
    """A result as it is kept."""
    if isinstance(value, dict):
        return {str(key): freeze(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        array = _numbers(value)
        if array is None or array.size <= LONGEST:
            return [freeze(one) for one in value]
        if np.issubdtype(array.dtype, np.integer):
            return {"$shape": list(array.shape), "digest": digest(array)}
        flat = array.ravel()
        places = np.linspace(0, flat.size - 1, SAMPLED).astype(int)
        return {"$shape": list(array.shape), "sample": [_short(number) for number in flat[places]]}
    return _short(value) if isinstance(value, float) else value


def differences(
    kept: Any, found: Any, *, free: tuple[str, ...] = (), wordy: bool = False, place: str = ""
) -> list[str]:
    """Where a result differs from a kept one, one sentence a place; entries that are new may be there.

    Parameters
    ----------
    free : patterns of places whose values may differ as long as they are of the same type
    wordy : whether sentences, texts with a space, may be worded differently
    place : of the values in the whole result
    """
    if any(fnmatch(place, pattern) for pattern in free):
        return [] if _kind(kept) == _kind(found) else [f"{place}: {_kind(found)} instead of {_kind(kept)}"]
    inside = {"free": free, "wordy": wordy}
    if isinstance(kept, dict) and "$shape" in kept:
        return _array_differences(kept, found, place)
    if isinstance(kept, dict) and isinstance(found, dict):
        lines = [f"{place}/{key}: missing" for key in kept if key not in found]
        for key in kept.keys() & found.keys():
            lines += differences(kept[key], found[key], place=f"{place}/{key}", **inside)
        return lines
    if isinstance(kept, list) and isinstance(found, list | tuple):
        if len(kept) != len(found):
            return [f"{place}: {len(found)} entries instead of {len(kept)}"]
        pairs = enumerate(zip(kept, found, strict=True))
        return [line for i, (a, b) in pairs for line in differences(a, b, place=f"{place}/{i}", **inside)]
    if isinstance(kept, str) and isinstance(_number(kept), float):  # some came as text; a number will do
        kept, found = _number(kept), _number(str(found))
    if _is_number(kept) and _is_number(found):
        return [] if close(kept, found, place) else [f"{place}: {found} instead of {kept}"]
    if wordy and isinstance(kept, str) and " " in kept and isinstance(found, str) and found.strip():
        return []
    return [] if kept == found else [f"{place}: {found!r} instead of {kept!r}"]


def close(kept: float, found: float, place: str = "") -> bool:
    """Whether a number is the kept one, whole numbers exactly."""
    if isinstance(kept, int) and isinstance(found, int):
        return kept == found
    return bool(np.isclose(found, kept, rtol=RELATIVE, atol=_tolerance(place)))


def content(file: Path) -> Any:
    """What a file holds, as values; of pictures and films only what they are."""
    if file.suffix == ".json":
        return json.loads(file.read_text(encoding="utf-8"))
    if file.suffix == ".csv":
        rows = csv.reader(file.read_text(encoding="utf-8").splitlines())
        return [[_number(cell) for cell in row] for row in rows]
    if file.suffix == ".npy":
        return np.load(file).tolist()
    if file.suffix == ".npz":
        with np.load(file) as arrays:
            return {name: arrays[name].tolist() for name in arrays.files}
    if file.suffix == ".bvh":
        words = [_number(word) for word in file.read_text(encoding="utf-8").split()]
        numbers = [word for word in words if not isinstance(word, str)]
        return {"words": [word for word in words if isinstance(word, str)], "numbers": numbers}
    beginnings = {".png": b"\x89PNG", ".svg": b"<?xml", ".gif": b"GIF89a", ".mp4": b"ftyp"}
    return {"is": file.suffix if beginnings[file.suffix] in file.read_bytes()[:12] else "something else"}


def text_differences(kept: str, found: str) -> list[str]:
    """Where a text differs from a kept one; numbers may differ by one in their last place."""
    lines = kept.splitlines(), found.splitlines()
    if len(lines[0]) != len(lines[1]):
        return [f"{len(lines[1])} lines instead of {len(lines[0])}:\n{found}"]
    return [f"{b!r} instead of {a!r}" for a, b in zip(*lines, strict=True) if not _same_line(a, b)]


def _same_line(kept: str, found: str) -> bool:
    words = kept.split(), found.split()
    return len(words[0]) == len(words[1]) and all(map(_same_word, *words))


def _same_word(kept: str, found: str) -> bool:
    ours, theirs = (_number(word.strip("(),;:%")) for word in (kept, found))
    if isinstance(ours, str) or isinstance(theirs, str):
        return kept == found
    last = 10.0 ** -len(kept.strip("(),;:%").partition(".")[2])
    return abs(ours - theirs) <= 1.01 * last * ("." in kept) + RELATIVE * abs(ours) * ("." in kept)


def _array_differences(kept: dict, found: Any, place: str) -> list[str]:
    array = _numbers(found) if isinstance(found, list | tuple) else None
    if array is None or list(array.shape) != kept["$shape"]:
        shape = None if array is None else list(array.shape)
        return [f"{place}: numbers of shape {shape} instead of {kept['$shape']}"]
    if "digest" in kept:
        return [] if digest(array) == kept["digest"] else [f"{place}: other whole numbers"]
    flat = array.ravel()
    sample = flat[np.linspace(0, flat.size - 1, SAMPLED).astype(int)]
    same = np.isclose(sample, kept["sample"], rtol=RELATIVE, atol=_tolerance(place))
    worst = np.abs(sample - kept["sample"]).max()
    return [] if same.all() else [f"{place}: other numbers, by up to {worst:.3g}"]


def _tolerance(place: str) -> float:
    return MILLIMETRES if re.search(r"(^|[/_])mm([/_]|$)", place) else METRES


def _numbers(value: Any) -> np.ndarray | None:
    try:
        array = np.array(value)
    except ValueError:
        return None
    return array if array.dtype.kind in "biuf" else None


def _number(text: str) -> float | int | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _kind(value: Any) -> str:
    return "number" if _is_number(value) else type(value).__name__


def _short(number: float) -> float:
    return float(f"{number:.7g}")


def options_of(help_text: str) -> dict[str, list[str] | dict[str, str]]:
    """Arguments of a command as its `--help` lists them, and the defaults that it names.

    An argument is in brackets where it may be left out; what it can be chosen from is left out.
    """
    usage, _, rest = help_text.partition("\n\n")
    words = re.sub(r"\{[^}]*\}", "{}", usage).split()[4:]  # after "usage: python -m rvqvae"
    arguments, depth = [], 0
    for word in words[1:]:
        begins = depth == 0 and (word.startswith(("[-", "-")) or not arguments or arguments[-1][0] == "[")
        if begins:
            arguments.append(word)
        else:
            arguments[-1] += f" {word}"
        depth += word.count("[") - word.count("]")
    defaults = {}
    for entry in re.split(r"\n  (?=-)", rest)[1:]:
        named = re.search(r"default:? ([^)\s]+)\)?$", entry.split("\n\n")[0].strip())
        if named:
            defaults[re.split(r"[ ,]", entry)[0]] = named[1]
    return {"arguments": arguments, "defaults": defaults}
