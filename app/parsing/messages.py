"""Plain values and arrays between two processes, of which neither has to trust the other.

A message is two lengths, a JSON text, and the arrays' bytes one after the other. In the JSON an array is
{"array": [type, shape]}.
"""

import json
import math
import socket
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

MOST_JSON = 4 << 20
MOST_ARRAYS = 256
DTYPES = ("<f4", "<f8", "<i8", "<i4", "|u1")
_LENGTHS = struct.Struct("<QQ")
_ARRAY = "array"


class MessageError(ValueError):
    """What came is no message, or too large."""


def send(channel: socket.socket, value: Any) -> None:
    """Send a value: dictionaries, lists, texts, numbers and NumPy arrays."""
    arrays: list[np.ndarray] = []
    text = json.dumps(_taken_apart(value, arrays), separators=(",", ":")).encode()
    channel.sendall(_LENGTHS.pack(len(text), sum(array.nbytes for array in arrays)) + text)
    for array in arrays:
        if array.nbytes:
            channel.sendall(array.reshape(-1).view(np.uint8).data)


def receive(channel: socket.socket, most_bytes: int) -> Any:
    """The next value.

    Raises
    ------
    EOFError
        If the other side went away.
    MessageError
        If it is no message, or has more bytes than this.
    """
    text_length, length = _LENGTHS.unpack(_bytes(channel, _LENGTHS.size))
    if text_length > MOST_JSON or length > most_bytes:
        raise MessageError(f"{text_length} and {length} bytes")
    try:
        value = json.loads(_bytes(channel, text_length))
        return _put_together(value, channel, [length, MOST_ARRAYS])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise MessageError(str(error)[:200]) from None


def _taken_apart(value: Any, arrays: list[np.ndarray]) -> Any:
    if isinstance(value, np.ndarray):
        array = np.ascontiguousarray(value)
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
        arrays.append(array)
        return {_ARRAY: [array.dtype.str, list(value.shape)]}
    if isinstance(value, Mapping):
        return {str(key): _taken_apart(one, arrays) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_taken_apart(one, arrays) for one in value]
    return value.item() if isinstance(value, np.generic) else value


def _put_together(value: Any, channel: socket.socket, left: list[int]) -> Any:
    """`left` are the bytes and the number of arrays that may still come."""
    if isinstance(value, dict):
        if value.keys() == {_ARRAY}:
            dtype, shape = value[_ARRAY]
            return _array(dtype, shape, channel, left)
        return {key: _put_together(one, channel, left) for key, one in value.items()}
    return [_put_together(one, channel, left) for one in value] if isinstance(value, list) else value


def _array(dtype: str, shape: list[int], channel: socket.socket, left: list[int]) -> np.ndarray:
    whole = all(isinstance(count, int) and 0 <= count < 1 << 40 for count in shape)
    if dtype not in DTYPES or not whole or len(shape) > 4:
        raise MessageError("no such array")
    size = math.prod(shape) * np.dtype(dtype).itemsize
    left[0], left[1] = left[0] - size, left[1] - 1
    if min(left) < 0:
        raise MessageError("more arrays than were announced")
    array = np.empty(shape, dtype)
    if size:
        _fill(channel, array.reshape(-1).view(np.uint8).data)
    return array


def _bytes(channel: socket.socket, count: int) -> bytearray:
    content = bytearray(count)
    _fill(channel, memoryview(content))
    return content


def _fill(channel: socket.socket, view: memoryview) -> None:
    done = 0
    while done < len(view):
        got = channel.recv_into(view[done:])
        if not got:
            raise EOFError
        done += got
