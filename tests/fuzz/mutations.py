"""Ways to damage a file."""

import io
import random
import re
import zipfile
from collections.abc import Callable

NUMBERS = (
    b"0", b"-1", b"nan", b"inf", b"1e999", b"1000000000000", b"18446744073709551616", b"2147483648",
)  # fmt: skip
WORDS = (
    b"\x00",
    b"\xff" * 8,
    b"'",
    b'"',
    b"{",
    b"}",
    b"[" * 500,
    b"\n",
    b",",
    b" ",
    b"<script>",
    b"../../x",
    b"O8",
)


def mutate(data: bytes, rng: random.Random) -> bytes:
    """One to four random changes to a file; of an archive, sometimes to one of its parts."""
    if zipfile.is_zipfile(io.BytesIO(data)) and rng.random() < 0.7:
        return _inside_archive(data, rng)
    for _ in range(rng.choice((1, 1, 2, 4))):
        data = rng.choice(MUTATIONS)(data, rng)
    return data


def _inside_archive(data: bytes, rng: random.Random) -> bytes:
    """The same archive, its checksums right, with one part changed, doubled, renamed or left out."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
    index = rng.randrange(len(parts))
    name, content = parts[index]
    change = rng.random()
    if change < 0.8:
        parts[index] = (name, rng.choice(MUTATIONS)(content, rng))
    elif change < 0.9:
        parts[index] = (parts[rng.randrange(len(parts))][0] + "x", content)
    else:
        del parts[index]
    out = io.BytesIO()
    method = rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(out, "w", method) as archive:
        for part in parts:
            archive.writestr(*part)
    return out.getvalue()


def _place(data: bytes, rng: random.Random) -> int:
    # Headers are short and matter most.
    return rng.randrange(min(len(data), 400) + 1) if rng.random() < 0.5 else rng.randrange(len(data) + 1)


def _flip(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 3, 20))):
        if out:
            out[min(_place(data, rng), len(out) - 1)] ^= 1 << rng.randrange(8)
    return bytes(out)


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: _place(data, rng)]


def _remove(data: bytes, rng: random.Random) -> bytes:
    start = _place(data, rng)
    return data[:start] + data[start + rng.choice((1, 4, 64, 1000)) :]


def _repeat(data: bytes, rng: random.Random) -> bytes:
    start = _place(data, rng)
    part = data[start : start + rng.choice((1, 8, 200))]
    return data[:start] + part * rng.choice((2, 10, 300)) + data[start:]


def _insert(data: bytes, rng: random.Random) -> bytes:
    start = _place(data, rng)
    return data[:start] + rng.choice(WORDS) + data[start:]


def _overwrite(data: bytes, rng: random.Random) -> bytes:
    start, word = _place(data, rng), rng.choice((*WORDS, rng.randbytes(8)))
    return data[:start] + word + data[start + len(word) :]


def _number(data: bytes, rng: random.Random) -> bytes:
    found = list(re.finditer(rb"[0-9]+", data[:20_000]))
    if not found:
        return _insert(data, rng)
    match = rng.choice(found)
    return data[: match.start()] + rng.choice(NUMBERS) + data[match.end() :]


def _swap(data: bytes, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[i], lines[j] = lines[j], lines[i]
    return b"\n".join(lines)


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip, _cut, _remove, _repeat, _insert, _overwrite, _number, _swap,
)  # fmt: skip
