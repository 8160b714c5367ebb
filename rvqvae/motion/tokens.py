"""Token tables: tokens of many clips as `.csv` (Motion-S's columns), `.json` or `.npz`.

The CSV has the columns `id, base_tokens, residual_1 … residual_{Q-1}` and any others, such as `sentence` and
`gloss`, which are kept; tokens are separated by spaces and -1 is a dropped token. JSON and npz also hold each
clip's frames, and the name and fingerprint of the checkpoint that the tokens belong to.
"""

import csv
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rvqvae.archives import ArchiveError, read_npz

FORMAT = "rvq-motion-tokens"
SUFFIXES = (".csv", ".json", ".npz")
MAX_BYTES = 64 << 20
MAX_HEADER = 65_536
MAX_FIELD = 32 << 20
MAX_CODE = 2**31 - 1
ID, BASE, RESIDUAL = "id", "base_tokens", "residual_"
_WHOLE = re.compile("-?[0-9]{1,15}")
_EXPECTED = f"expected the columns {ID}, {BASE}, {RESIDUAL}1 …"


class TokenFileError(ValueError):
    """A token file that cannot be used; the message names it, the row and the column."""


@dataclass(frozen=True)
class TokenRow:
    """One clip's tokens.

    Attributes
    ----------
    id : str
    tokens : (Q, n) int64 array, -1 where a token was dropped
    frames : int or None, frames of the clip they were made from
    extra : dict, the other columns of its row
    """

    id: str
    tokens: np.ndarray
    frames: int | None = None
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TokenTable:
    """Tokens of many clips.

    Attributes
    ----------
    rows : list of TokenRow
    checkpoint, fingerprint : str or None, the name and `Checkpoint.fingerprint` of what made them
    """

    rows: list[TokenRow]
    checkpoint: str | None = None
    fingerprint: str | None = None

    def other_checkpoint(self, name: str, fingerprint: str) -> str | None:
        """A sentence of warning if these tokens were made by another checkpoint than this one."""
        if self.fingerprint is None or self.fingerprint == fingerprint:
            return None
        return (
            f"these tokens were made by {self.checkpoint} ({self.fingerprint}); decoded by {name} "
            f"({fingerprint}) they mean another motion"
        )


def layer_columns(layers: int) -> list[str]:
    """Names of the token columns of Q layers."""
    return [BASE, *(f"{RESIDUAL}{v}" for v in range(1, layers))]


def read_tokens(path: str | Path) -> TokenTable:
    """Read a `.csv`, `.json` or `.npz` token table.

    Raises
    ------
    TokenFileError
        If the file is damaged or too large, or a row's layers differ in length or hold anything but codes.
    """
    path = Path(path)
    readers = {".csv": _read_csv, ".json": _read_json, ".npz": _read_npz}
    if path.suffix not in readers:
        raise TokenFileError(f"{path}: found a {path.suffix or 'nameless'} file; expected {_listed()}")
    _check_size(path)
    table = readers[path.suffix](path)
    if not table.rows:
        raise TokenFileError(f"{path}: holds no tokens; expected at least one row")
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
    writers = {".csv": _write_csv, ".json": _write_json, ".npz": _write_npz}
    temporary = path.with_name(f"{path.stem}.part{path.suffix}")
    writers[path.suffix](temporary, table)
    os.replace(temporary, path)


def check_suffix(path: Path) -> None:
    """Refuse a path that `write_tokens` would refuse, before the work is done."""
    if path.suffix not in SUFFIXES:
        raise TokenFileError(f"{path}: found the suffix {path.suffix or '(none)'}; expected {_listed()}")


@contextmanager
def csv_records(path: Path) -> Iterator[tuple[list[str], Iterator[tuple[int, list[str]]]]]:
    """Header and rows of a CSV, rows numbered as a spreadsheet shows them: the header is row 1.

    Raises
    ------
    TokenFileError
        If it is no text, its header is too long, or the csv module cannot read it.
    """
    _check_size(path)
    try:
        with open(path, encoding="utf-8-sig", newline="") as file, _long_fields():
            if len(file.readline(MAX_HEADER)) == MAX_HEADER:
                raise TokenFileError(
                    f"{path}: its first line is longer than {MAX_HEADER} characters; {_EXPECTED}"
                )
            file.seek(0)
            reader = csv.reader(file)
            header = [name.strip() for name in next(reader, [])]
            yield header, ((row, values) for row, values in enumerate(reader, start=2) if values)
    except UnicodeDecodeError:
        raise TokenFileError(f"{path}: not a text file in UTF-8; {_EXPECTED}") from None
    except csv.Error as error:
        raise TokenFileError(f"{path}: not a CSV file ({error}); {_EXPECTED}") from None


def parse_codes(text: str) -> np.ndarray:
    """Whole numbers (n,) separated by spaces.

    Raises
    ------
    ValueError
        Naming the first word that is none.
    """
    words = text.split()
    bad = next((word for word in words if not _WHOLE.fullmatch(word)), None)
    if bad is not None:
        raise ValueError(f"found {bad[:40]!r}; expected whole numbers separated by spaces")
    codes = np.array(words, dtype=np.int64)
    if len(codes) and (codes.min() < -1 or codes.max() > MAX_CODE):
        bad = codes[(codes < -1) | (codes > MAX_CODE)][0]
        raise ValueError(f"found {bad}; expected codes from 0, or -1 for a dropped token")
    return codes


def _read_csv(path: Path) -> TokenTable:
    with csv_records(path) as (header, records):
        layers = sum(name == BASE or name.startswith(RESIDUAL) for name in header)
        missing = {ID, *layer_columns(max(layers, 1))} - set(header)
        if missing or len(set(header)) < len(header):
            shown = ", ".join(header[:12]) or "nothing"
            raise TokenFileError(f"{path}: found the columns {shown[:200]}; {_EXPECTED}, each once")
        rows = []
        for number, values in records:
            if len(values) != len(header):
                raise TokenFileError(
                    f"{path}: row {number} has {len(values)} fields; expected {len(header)} as in the header"
                )
            fields = dict(zip(header, values, strict=True))
            row_id = fields.pop(ID)
            tokens = [_codes(path, number, name, fields.pop(name)) for name in layer_columns(layers)]
            for name, codes in zip(layer_columns(layers), tokens, strict=True):
                if len(codes) != len(tokens[0]) or len(codes) == 0:
                    raise TokenFileError(
                        f"{path}: row {number}, column {name}: found {len(codes)} tokens; expected "
                        f"{len(tokens[0]) or 'at least 1'}, the same in every layer"
                    )
            rows.append(TokenRow(row_id, np.stack(tokens), None, fields))
    return TokenTable(rows)


def _check_size(path: Path) -> None:
    if not path.is_file():
        raise TokenFileError(f"{path}: no such file")
    if path.stat().st_size > MAX_BYTES:
        raise TokenFileError(f"{path}: {path.stat().st_size} bytes; at most {MAX_BYTES} are read")


def _codes(path: Path, number: int, column: str, text: str) -> np.ndarray:
    try:
        return parse_codes(text)
    except ValueError as error:
        raise TokenFileError(f"{path}: row {number}, column {column}: {error}") from None


def _read_json(path: Path) -> TokenTable:
    expected = f"expected what rvqvae writes: format {FORMAT!r} and clips with id and tokens"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise TokenFileError(f"{path}: not a JSON file ({str(error)[:80]}); {expected}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise TokenFileError(f"{path}: found another kind of JSON; {expected}")
    clips = content.get("clips")
    if not isinstance(clips, list) or not all(isinstance(c, dict) for c in clips):
        raise TokenFileError(f"{path}: found no list of clips; {expected}")
    rows = []
    for number, clip in enumerate(clips, start=1):
        try:
            tokens = np.array(clip["tokens"])
            frames, extra = clip.get("frames"), clip.get("extra", {})
        except (KeyError, ValueError, OverflowError):
            raise TokenFileError(f"{path}: clip {number}: found no tokens (Q, n); {expected}") from None
        rows.append(_row(path, f"clip {number}", clip.get("id"), tokens, frames, extra))
    return TokenTable(rows, _text(content.get("checkpoint")), _text(content.get("fingerprint")))


def _read_npz(path: Path) -> TokenTable:
    expected = "expected the arrays ids (C,), lengths (C,), frames (C,) and tokens (Q, sum of lengths)"
    try:
        arrays = read_npz(path, ("ids", "lengths", "frames", "tokens", "checkpoint", "fingerprint"))
    except ArchiveError as error:
        raise TokenFileError(f"{path}: {error}; {expected}") from None
    try:
        ids, lengths, frames, tokens = (arrays[k] for k in ("ids", "lengths", "frames", "tokens"))
    except KeyError as error:
        raise TokenFileError(f"{path}: found no array {error}; {expected}") from None
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
            f"{path}: found ids {ids.shape}, lengths {lengths.shape}, tokens {tokens.shape}; {expected}"
        )
    ends = np.cumsum(lengths)
    rows = [
        _row(path, f"clip {i}", str(name), tokens[:, end - n : end], int(count) if count > 0 else None, {})
        for i, (name, n, end, count) in enumerate(zip(ids, lengths, ends, frames, strict=True), start=1)
    ]
    return TokenTable(rows, *(_text(arrays.get(key)) for key in ("checkpoint", "fingerprint")))


def _row(path: Path, where: str, row_id, tokens: np.ndarray, frames, extra) -> TokenRow:
    if not isinstance(row_id, str) or not isinstance(extra, dict):
        raise TokenFileError(f"{path}: {where}: found the id {str(row_id)[:40]!r}; expected a text")
    if tokens.ndim != 2 or tokens.size == 0 or not np.issubdtype(tokens.dtype, np.integer):
        raise TokenFileError(
            f"{path}: {where}: found tokens of shape {tokens.shape} and type {tokens.dtype}; expected whole "
            "numbers (Q, n), the same n in every layer"
        )
    if tokens.min() < -1 or tokens.max() > MAX_CODE:
        raise TokenFileError(f"{path}: {where}: found codes below -1 or above {MAX_CODE}")
    if frames is not None and (isinstance(frames, bool) or not isinstance(frames, int) or frames < 1):
        raise TokenFileError(f"{path}: {where}: found {str(frames)[:40]!r} frames; expected 1 or more")
    extra = {str(key): str(value) for key, value in extra.items()}
    return TokenRow(row_id, tokens.astype(np.int64), frames, extra)


def _write_csv(path: Path, table: TokenTable) -> None:
    layers = {len(row.tokens) for row in table.rows}
    if len(layers) > 1:
        raise TokenFileError(f"rows have {sorted(layers)} layers; a CSV needs the same number in each")
    columns = layer_columns(layers.pop() if layers else 1)
    extra = list(dict.fromkeys(name for row in table.rows for name in row.extra))
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([ID, *columns, *extra])
        for row in table.rows:
            codes = (" ".join(map(str, layer.tolist())) for layer in row.tokens)
            writer.writerow([row.id, *codes, *(row.extra.get(name, "") for name in extra)])


def _write_json(path: Path, table: TokenTable) -> None:
    clips = [
        json.dumps(
            {
                "id": row.id,
                "frames": row.frames,
                "tokens": row.tokens.tolist(),
                **({"extra": row.extra} if row.extra else {}),
            }
        )
        for row in table.rows
    ]
    head = json.dumps({"format": FORMAT, "checkpoint": table.checkpoint, "fingerprint": table.fingerprint})
    path.write_text(f'{head[:-1]}, "clips": [\n' + ",\n".join(clips) + "\n]}\n", encoding="utf-8")


def _write_npz(path: Path, table: TokenTable) -> None:
    layers = {len(row.tokens) for row in table.rows}
    if len(layers) > 1:
        raise TokenFileError(f"rows have {sorted(layers)} layers; an npz needs the same number in each")
    np.savez_compressed(
        path,
        ids=np.array([row.id for row in table.rows], dtype=str),
        lengths=np.array([row.tokens.shape[1] for row in table.rows], dtype=np.int64),
        frames=np.array([row.frames or 0 for row in table.rows], dtype=np.int64),
        tokens=np.concatenate([row.tokens for row in table.rows], axis=1).astype(np.int32),
        checkpoint=np.array(table.checkpoint or ""),
        fingerprint=np.array(table.fingerprint or ""),
    )


@contextmanager
def _long_fields() -> Iterator[None]:
    """The csv module refuses fields that a clip of a few hours needs; its limit is one for the process."""
    before = csv.field_size_limit(MAX_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _text(value: object) -> str | None:
    return str(value) if value is not None and str(value) else None


def _listed() -> str:
    return ", ".join(SUFFIXES[:-1]) + f" or {SUFFIXES[-1]}"
