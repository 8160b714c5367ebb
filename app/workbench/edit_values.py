"""Edits as the plain JSON values that links, state files and endpoints carry."""

from dataclasses import fields as fields_of
from typing import Any

from app.errors import StudioError
from app.values import as_int
from app.workbench.edits import Edit
from app.workbench.region import Region
from app.workbench.replay import KINDS


def to_value(edit: Edit) -> dict[str, Any]:
    """An edit as plain JSON values."""
    region = edit.region
    block = [region.first_layer, region.last_layer, region.first_step, region.last_step]
    values = {field.name: getattr(edit, field.name) for field in fields_of(edit)}
    return {"kind": edit.kind, **values, "region": block}


def from_value(value: Any) -> Edit:
    """The edit of such values; refuses what is not one."""
    try:
        fields = dict(value)
        kind = KINDS[fields.pop("kind")]
        region = Region.read(fields.pop("region"))
        repair = bool(fields.pop("repair"))
        if "codes" in fields:
            fields["codes"] = tuple(tuple(as_int(code) for code in row) for row in fields["codes"])
        for name in ("code", "anchor", "rank", "seed", "width"):
            if name in fields:
                fields[name] = as_int(fields[name])
        if not isinstance(fields.get("clip", ""), str):
            raise TypeError("a clip's key is text")
        return kind(region=region, repair=repair, **fields)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        why = str(error).removesuffix(".")
        raise StudioError(f"An edit cannot be read ({why}); it was not made by this page.") from error
