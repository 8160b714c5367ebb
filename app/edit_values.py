"""Edits as the plain JSON values that links, state files and endpoints carry."""

from dataclasses import asdict

from app.edits import KINDS, Edit
from app.region import Region
from app.take import StudioError


def to_value(edit: Edit) -> dict:
    """An edit as plain JSON values."""
    region = edit.region
    block = [region.first_layer, region.last_layer, region.first_step, region.last_step]
    return {"kind": edit.kind, **asdict(edit), "region": block}


def from_value(value: dict) -> Edit:
    """The edit of such values; refuses what is not one."""
    try:
        fields = dict(value)
        kind = KINDS[fields.pop("kind")]
        region = Region(*(_whole(number) for number in fields.pop("region")))
        repair = bool(fields.pop("repair"))
        if "codes" in fields:
            fields["codes"] = tuple(tuple(_whole(code) for code in row) for row in fields["codes"])
        for name in ("code", "anchor", "rank", "seed"):
            if name in fields:
                fields[name] = _whole(fields[name])
        if not isinstance(fields.get("clip", ""), str):
            raise TypeError("a clip's key is text")
        return kind(region=region, repair=repair, **fields)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise StudioError(f"An edit cannot be read ({error}); it was not made by this page.") from error


def _whole(number) -> int:
    if isinstance(number, bool) or int(number) != number:
        raise ValueError(f"{number!r} is not a whole number")
    return int(number)
