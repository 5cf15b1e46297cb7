"""Values of a town as Python's own, and back.

The program writes JSON, and beside it `Infinity`, `-Infinity`, `NaN`, which Python reads too, and `b64"…"` for bytes.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, Union

#: What may be written: bytes, and all that JSON knows.
Value: TypeAlias = Union[
    None, bool, int, float, str, bytes, Sequence["Value"], Mapping[str, "Value"]
]

# A text, or bytes: outside of a text b64" can mean nothing else.
_TEXT_OR_BYTES = re.compile(r'"(?:[^"\\]|\\.)*"|b64"([A-Za-z0-9+/=]*)"')

# Bytes on their way through the JSON reader: a dictionary with one field, which no other has been given.
_MARK = "\0townhall.bytes"


def _mark_bytes(match: re.Match[str]) -> str:
    encoded = match[1]
    return match[0] if encoded is None else json.dumps({_MARK: encoded})


def _take_bytes(fields: dict[str, Any]) -> Any:
    if len(fields) == 1 and _MARK in fields:
        return base64.b64decode(fields[_MARK])
    return fields


def parse(source: str) -> Any:
    """Reads a value that the program has written.

    >>> parse('{"max_force": Infinity, "data": b64"AAE="}')
    {'max_force': inf, 'data': b'\\x00\\x01'}
    """
    if 'b64"' in source:
        return json.loads(_TEXT_OR_BYTES.sub(_mark_bytes, source), object_hook=_take_bytes)
    return json.loads(source)


def text(value: Value) -> str:
    """Writes a value as the program reads it.

    >>> text({"max_force": float("inf"), "data": b"\\x00\\x01"})
    '{"max_force": Infinity, "data": b64"AAE="}'
    """
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f'b64"{base64.b64encode(value).decode()}"'
    if isinstance(value, Mapping):
        fields = []
        for name, field in value.items():
            if not isinstance(name, str):
                raise TypeError(f"a field is named by a text, and not by {name!r}")
            fields.append(f"{json.dumps(name)}: {text(field)}")
        return "{" + ", ".join(fields) + "}"
    if value is None or isinstance(value, (bool, int, float, str)):
        return json.dumps(value)
    if isinstance(value, Sequence):
        return "[" + ", ".join(text(element) for element in value) + "]"
    return _foreign(value)


def _foreign(value: Any) -> str:
    """Numbers and arrays of NumPy and the like, by what they offer for it."""
    plain = value.tolist() if hasattr(value, "tolist") else None
    if plain is None or isinstance(plain, type(value)):
        raise TypeError(f"a town holds nothing like {type(value).__name__}")
    return text(plain)
