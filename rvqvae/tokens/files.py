"""Reading and writing token tables: `.csv` (Motion-S's columns), `.json` or `.npz`.

JSON and npz also hold each clip's frames, and the name and fingerprint of the checkpoint that the tokens
belong to.
"""

import json
from pathlib import Path

import numpy as np

from rvqvae.archives import ArchiveError, read_npz
from rvqvae.atomic import in_one_stroke
from rvqvae.tokens.csv_format import read_csv, write_csv
from rvqvae.tokens.table import MAX_CODE, TokenFileError, TokenRow, TokenTable, check_rows, check_size

__all__ = ["TokenFileError", "TokenRow", "TokenTable", "check_suffix", "read_tokens", "write_tokens"]

FORMAT = "rvq-motion-tokens"
SUFFIXES = (".csv", ".json", ".npz")


def read_tokens(path: str | Path) -> TokenTable:
    """Read a `.csv`, `.json` or `.npz` token table.

    Raises
    ------
    TokenFileError
        If the file is damaged or too large, or a row's layers differ in length or hold anything but codes.
    """
    path = Path(path)
    readers = {".csv": read_csv, ".json": _read_json, ".npz": _read_npz}
    if path.suffix not in readers:
        raise TokenFileError(path, f"found a {path.suffix or 'nameless'} file; expected {_listed()}")
    check_size(path)
    table = readers[path.suffix](path)
    if not table.rows:
        raise TokenFileError(path, "holds no tokens; expected at least one row")
    return table


def write_tokens(path: str | Path, table: TokenTable) -> None:
    """Write a token table in one stroke, in the format of the path's suffix.

    Raises
    ------
    TokenFileError
        If the suffix is none of `.csv`, `.json` and `.npz`, or rows of a CSV differ in their layers.
    """
    path = Path(path)
    check_suffix(path)
    writers = {".csv": write_csv, ".json": _write_json, ".npz": _write_npz}
    in_one_stroke(path, lambda part: writers[path.suffix](part, table))


def check_suffix(path: Path) -> None:
    """Refuse a path that `write_tokens` would refuse, before the work is done."""
    if path.suffix not in SUFFIXES:
        raise TokenFileError(path, f"found the suffix {path.suffix or '(none)'}; expected {_listed()}")


def _read_json(path: Path) -> TokenTable:
    expected = f"expected what rvqvae writes: format {FORMAT!r} and clips with id and tokens"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise TokenFileError(path, f"not a JSON file ({str(error)[:80]}); {expected}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise TokenFileError(path, f"found another kind of JSON; {expected}")
    clips = content.get("clips")
    if not isinstance(clips, list) or not all(isinstance(c, dict) for c in clips):
        raise TokenFileError(path, f"found no list of clips; {expected}")
    check_rows(path, len(clips))
    rows = []
    for number, clip in enumerate(clips, start=1):
        try:
            tokens = np.array(clip["tokens"])
            frames, extra = clip.get("frames"), clip.get("extra", {})
        except (KeyError, ValueError, OverflowError):
            raise TokenFileError(path, f"clip {number}: found no tokens (Q, n); {expected}") from None
        rows.append(_row(path, f"clip {number}", clip.get("id"), tokens, frames, extra))
    return TokenTable(rows, _text(content.get("checkpoint")), _text(content.get("fingerprint")))


def _read_npz(path: Path) -> TokenTable:
    expected = "expected the arrays ids (C,), lengths (C,), frames (C,) and tokens (Q, sum of lengths)"
    try:
        arrays = read_npz(path, ("ids", "lengths", "frames", "tokens", "checkpoint", "fingerprint"))
    except ArchiveError as error:
        raise TokenFileError(path, f"{error}; {expected}") from None
    try:
        ids, lengths, frames, tokens = (arrays[k] for k in ("ids", "lengths", "frames", "tokens"))
    except KeyError as error:
        raise TokenFileError(path, f"found no array {error}; {expected}") from None
    whole = all(np.issubdtype(a.dtype, np.integer) for a in (lengths, frames, tokens))
    if (
        not whole
        or ids.ndim != 1
        or tokens.ndim != 2
        or not lengths.shape == frames.shape == ids.shape
        or (lengths < 0).any()
        or sum(lengths.tolist()) != tokens.shape[1]
    ):
        raise TokenFileError(
            path, f"found ids {ids.shape}, lengths {lengths.shape}, tokens {tokens.shape}; {expected}"
        )
    check_rows(path, len(ids))
    ends = np.cumsum(lengths)
    rows = [
        _row(path, f"clip {i}", str(name), tokens[:, end - n : end], int(count) if count > 0 else None, {})
        for i, (name, n, end, count) in enumerate(zip(ids, lengths, ends, frames, strict=True), start=1)
    ]
    return TokenTable(rows, *(_text(arrays.get(key)) for key in ("checkpoint", "fingerprint")))


def _row(
    path: Path, where: str, row_id: object, tokens: np.ndarray, frames: object, extra: object
) -> TokenRow:
    if not isinstance(row_id, str) or not isinstance(extra, dict):
        raise TokenFileError(path, f"{where}: found the id {str(row_id)[:40]!r}; expected a text")
    if tokens.ndim != 2 or tokens.size == 0 or not np.issubdtype(tokens.dtype, np.integer):
        raise TokenFileError(
            path,
            f"{where}: found tokens of shape {tokens.shape} and type {tokens.dtype}; expected whole "
            "numbers (Q, n), the same n in every layer",
        )
    if tokens.min() < -1 or tokens.max() > MAX_CODE:
        raise TokenFileError(path, f"{where}: found codes below -1 or above {MAX_CODE}")
    if frames is not None and (isinstance(frames, bool) or not isinstance(frames, int) or frames < 1):
        raise TokenFileError(path, f"{where}: found {str(frames)[:40]!r} frames; expected 1 or more")
    extra = {str(key): str(value) for key, value in extra.items()}
    return TokenRow(row_id, tokens.astype(np.int64), frames, extra)


def _write_json(path: Path, table: TokenTable) -> None:
    head = json.dumps({"format": FORMAT, "checkpoint": table.checkpoint, "fingerprint": table.fingerprint})
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'{head[:-1]}, "clips": [\n')
        for number, row in enumerate(table.rows):
            clip = {"id": row.id, "frames": row.frames, "tokens": row.tokens.tolist()}
            extra = {"extra": row.extra} if row.extra else {}
            file.write((",\n" if number else "") + json.dumps({**clip, **extra}))
        file.write("\n]}\n")


def _write_npz(path: Path, table: TokenTable) -> None:
    ids, frames, shapes = [], [], []
    for row in table.rows:
        ids.append(row.id)
        frames.append(row.frames or 0)
        shapes.append(row.tokens.shape)
    layers, lengths = {count for count, _ in shapes}, [steps for _, steps in shapes]
    if len(layers) > 1:
        raise TokenFileError(
            "token table", f"rows have {sorted(layers)} layers; an npz needs the same number in each"
        )
    # Filled row by row: the rows of a large table come from disk, and do not fit into memory twice.
    tokens, end = np.empty((layers.pop(), sum(lengths)), dtype=np.int32), 0
    for row, steps in zip(table.rows, lengths, strict=True):
        tokens[:, end : end + steps] = row.tokens
        end += steps
    np.savez_compressed(
        path,
        ids=np.array(ids, dtype=str),
        lengths=np.array(lengths, dtype=np.int64),
        frames=np.array(frames, dtype=np.int64),
        tokens=tokens,
        checkpoint=np.array(table.checkpoint or ""),
        fingerprint=np.array(table.fingerprint or ""),
    )


def _text(value: object) -> str | None:
    return str(value) if value is not None and str(value) else None


def _listed() -> str:
    return ", ".join(SUFFIXES[:-1]) + f" or {SUFFIXES[-1]}"
