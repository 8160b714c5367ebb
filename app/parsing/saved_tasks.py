"""What is asked about strangers' states, workspaces and descriptions, in a process of its own."""

import base64
import json
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from app.errors import StudioError
from app.parsing.kinds import UNREADABLE, WORKSPACE
from app.parsing.table_tasks import sheet_values
from app.parsing.tasks import Progress, task
from app.server.bodies import check_values
from rvqvae.tokens import TokenFileError, read_sheet
from rvqvae.tokens.files import SUFFIXES

_PACKED = (("own_clip", "features", "<f4"), ("row", "tokens", "<i4"))  # what of a state is an array
_NOTHING = b""


@task
def saved(path: str, most_bytes: int, most_text: int, progress: Progress) -> dict[str, Any]:
    """A state, or a description of a skeleton: its JSON without the arrays, and the arrays that it carries.

    Parameters
    ----------
    most_bytes : that an array may unpack to
    most_text : characters of the rest
    """
    content = _content(path)
    arrays = _taken_out(content, most_bytes) if isinstance(content, dict) else {}
    describes = isinstance(content, dict) and "kind" not in content and {"names", "parents"} & content.keys()
    return {"text": _text(content, most_text), "arrays": arrays, "describes": bool(describes)}


@task
def workspace(path: str, most_bytes: int, most_text: int, progress: Progress) -> dict[str, Any]:
    """A workspace: its JSON without clips' features and tables, and those in the order they stand there.

    The parameters are those of `saved`.
    """
    content = _content(path)
    if not isinstance(content, dict) or content.get("kind") != WORKSPACE:
        raise StudioError(UNREADABLE)
    try:
        clips = [_unpacked(clip, "features", "<f4", most_bytes) for clip in dict(content["clips"]).values()]
        states = [_taken_out(state, most_bytes) for state in list(content["states"])]
        tables = [_table(table, most_bytes) for table in list(content["tables"])]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, zlib.error, TokenFileError):
        raise StudioError(UNREADABLE) from None
    return {"text": _text(content, most_text), "clips": clips, "states": states, "tables": tables}


def _content(path: str) -> Any:
    try:
        return json.loads(Path(path).read_bytes())
    except (ValueError, RecursionError):
        return None


def _text(content: Any, most: int) -> np.ndarray:
    """JSON as bytes, which whoever asked can read at once."""
    text = json.dumps(content, separators=(",", ":")).encode()
    if len(text) > most:
        raise StudioError(
            f"This file holds {len(text):,} characters beside motion and tables; at most {most:,} are read."
        )
    check_values(text)
    return np.frombuffer(text, np.uint8)


def _taken_out(state: dict[str, Any], most_bytes: int) -> dict[str, np.ndarray]:
    """The arrays of a state, which it holds no more."""
    return {
        part: _unpacked(state[part], name, kind, most_bytes)
        for part, name, kind in _PACKED
        if isinstance(state.get(part), dict) and isinstance(state[part].get(name), str)
    }


def _unpacked(holder: dict[str, Any], name: str, kind: str, most_bytes: int) -> np.ndarray:
    """The array of a packed text, which its holder holds no more; empty where it is none."""
    try:
        raw = zlib.decompressobj().decompress(base64.b64decode(holder[name]), most_bytes)
    except (ValueError, zlib.error):
        raw = _NOTHING
    holder[name] = ""
    return np.frombuffer(raw[: len(raw) // 4 * 4], kind)


def _table(table: dict[str, Any], most_bytes: int) -> dict[str, Any]:
    """A table's sheet and the tokens of its edited rows, one behind the other."""
    if table["suffix"] not in SUFFIXES:
        raise StudioError(UNREADABLE)
    content = zlib.decompressobj().decompress(base64.b64decode(table.pop("content")), most_bytes)
    with tempfile.TemporaryDirectory(prefix="table-") as folder:
        file = Path(folder) / f"table{table['suffix']}"
        file.write_bytes(content)
        sheet = sheet_values(read_sheet(file))
    return {"sheet": sheet, **_edited(table.pop("edited"))}


def _edited(edited: Mapping[str, Any]) -> dict[str, np.ndarray]:
    tokens = [np.array(one, np.int64) for one in edited.values()]
    if any(one.ndim != 2 for one in tokens):
        raise StudioError(UNREADABLE)
    return {
        "rows": np.array([int(row) for row in edited], np.int64),
        "shapes": np.array([one.shape for one in tokens], np.int64).reshape(-1, 2),
        "tokens": np.concatenate([np.zeros(0, np.int64), *(one.ravel() for one in tokens)]),
    }
