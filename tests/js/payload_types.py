"""The payloads of `app.payloads` as TypeScript declarations, and a check that a payload is what they say.

`python -m tests.js.payload_types` writes app/widgets/shared/payloads.d.ts.
"""

import types
from collections.abc import Mapping
from pathlib import Path
from typing import (
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from app.rooms import VIEWS

ROOT = Path(__file__).parents[2]
DECLARATIONS = ROOT / "app" / "widgets" / "shared" / "payloads.d.ts"
HEAD = """\
// Made from app/payloads by `python -m tests.js.payload_types`; do not edit.

/** Exactly one of several shapes; what only the others have is undefined. */
type OneOf<Shapes> = Lacking<Shapes, Shapes extends unknown ? keyof Shapes : never>;
type Lacking<Shape, Key extends PropertyKey> = Shape extends unknown
  ? Shape & { [K in Exclude<Key, keyof Shape>]?: undefined }
  : never;
"""
PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null", Any: "any"}


PAYLOADS = {view.name: get_type_hints(view.payload)["return"] for view in VIEWS}


def declarations(views: Mapping[str, Any] = PAYLOADS) -> str:
    """Every payload, and the shapes that it is made of, as one TypeScript module."""
    written: dict[str, str] = {}
    lines = []
    for view, kind in views.items():
        name = "".join(word.title() for word in view.split("_")) + "Payload"
        shape = _typescript(kind, written)
        if shape != name:
            shape = f"OneOf<{shape}>" if " | " in shape else shape
            written[name] = f"export type {name} = {shape};\n"
        lines.append(f"  {view}: {name};\n")
    return f"{HEAD}\n" + "\n".join(written.values()) + f"\nexport interface Payloads {{\n{''.join(lines)}}}\n"


def complaints(value: Any, kind: Any, where: str = "payload") -> list[str]:
    """In what a value is not what a TypedDict (or a type within one) says; [] where it conforms."""
    kind, _ = _field(kind)
    origin = get_origin(kind)
    if kind is Any:
        return []
    if origin in (Union, types.UnionType):
        found = [complaints(value, option, where) for option in get_args(kind)]
        return min(found, key=len) if all(found) else []
    if origin is Literal:
        fits = any(value == one and type(value) is type(one) for one in get_args(kind))
        return [] if fits else [f"{where} is {value!r}, not one of {get_args(kind)}"]
    if is_typeddict(kind):
        return _unlike(value, kind, where)
    if origin is list:
        if not isinstance(value, list):
            return [f"{where} is a {type(value).__name__}, not a list"]
        (item,) = get_args(kind)
        return [text for i, one in enumerate(value) for text in complaints(one, item, f"{where}[{i}]")]
    if origin is dict:
        if not isinstance(value, dict):
            return [f"{where} is a {type(value).__name__}, not a dict"]
        _, item = get_args(kind)
        return [text for key, one in value.items() for text in complaints(one, item, f"{where}[{key!r}]")]
    wanted = {float: (float, int)}.get(kind, kind)
    fits = isinstance(value, wanted) and (kind is bool or not isinstance(value, bool))
    return [] if fits else [f"{where} is {value!r}, not {kind.__name__}"]


def _unlike(value: Any, kind: Any, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where} is a {type(value).__name__}, not a {kind.__name__}"]
    fields = {name: _field(hint) for name, hint in _hints(kind).items()}
    needed = {name for name in fields if name in kind.__required_keys__ and fields[name][1]}
    found = [f"{where} has no {name!r} ({kind.__name__})" for name in sorted(needed - value.keys())]
    found += [f"{where} has {name!r}, which {kind.__name__} has not" for name in value.keys() - fields.keys()]
    for name in value.keys() & fields.keys():
        found += complaints(value[name], fields[name][0], f"{where}.{name}")
    return found


def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _field(hint: Any) -> tuple[Any, bool]:
    """A field's type, and whether it must be there."""
    if get_origin(hint) in (NotRequired, Required):
        return get_args(hint)[0], get_origin(hint) is Required
    return hint, True


def _typescript(kind: Any, written: dict[str, str]) -> str:
    """A type's name or text; declarations of the shapes that it needs are added to `written`."""
    origin = get_origin(kind)
    if kind in PLAIN:
        return PLAIN[kind]
    if origin in (Union, types.UnionType):
        return " | ".join(_typescript(option, written) for option in get_args(kind))
    if origin is Literal:
        return " | ".join(_literal(value) for value in get_args(kind))
    if origin is list:
        item = _typescript(get_args(kind)[0], written)
        return f"({item})[]" if " | " in item else f"{item}[]"
    if origin is dict:
        return f"Record<string, {_typescript(get_args(kind)[1], written)}>"
    if not is_typeddict(kind):
        raise TypeError(f"{kind} has no counterpart in TypeScript here")
    if kind.__name__ not in written:
        written[kind.__name__] = ""  # so that a shape may hold itself
        written[kind.__name__] = _interface(kind, written)
    return kind.__name__


def _interface(kind: Any, written: dict[str, str]) -> str:
    fields = []
    for name, hint in _hints(kind).items():
        inner, is_needed = _field(hint)
        mark = "" if is_needed and name in kind.__required_keys__ else "?"
        fields.append(f"  {name}{mark}: {_typescript(inner, written)};\n")
    words = (kind.__doc__ or "").strip()
    says = f"/** {' '.join(words.split())} */\n" if words and not words.startswith("dict(") else ""
    return f"{says}export interface {kind.__name__} {{\n{''.join(fields)}}}\n"


def _literal(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value).replace("'", '"')


if __name__ == "__main__":
    DECLARATIONS.write_text(declarations())
