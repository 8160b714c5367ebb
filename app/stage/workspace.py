"""Workspace files: everything that a visitor has open, in one file that brings it back anywhere."""

import base64
import json
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.catalog.keys import is_own
from app.command import command
from app.errors import StudioError
from app.parsing.kinds import UNREADABLE, WORKSPACE
from app.parsing.saved import MOST_WORKSPACE, SavedTable, read_workspace
from app.tables.table import OpenTable
from app.visitor import Visitor
from app.workbench import sharing
from app.workbench.clip_values import LONGEST_TITLE, MOST_BYTES, clip_of, clip_value
from app.workbench.shared_state import SharedState, read_look, state_of, with_keys
from app.workbench.workbench import Workbench
from rvqvae.tokens import TokenFileError
from rvqvae.tokens.files import SUFFIXES

KIND = WORKSPACE
VERSION = 1
FILE_NAME = "workspace.json"
SNIFFED = 200  # bytes of a file in which its kind is named
LONGEST_NOTES = 20_000  # characters
MOST_EDITS_TEXT = MOST_WORKSPACE - (1 << 18)  # the rest is for titles


@command(silent=True)
def make_workspace(visitor: Visitor, notes: str = "", **look: Any) -> None:
    """Hand over clips, tables, names of checkpoints, edits, B and notes as one file."""
    value = _value(visitor, str(notes)[:LONGEST_NOTES], look)
    text, edits = _compact(value), _compact({**value, "clips": {}, "tables": []})
    if len(text) > MOST_BYTES or len(edits) > MOST_EDITS_TEXT:
        raise StudioError(
            f"This workspace has {len(text) / 2**20:.1f} MB, {len(edits) / 2**20:.1f} of them edits; up to "
            f"{MOST_BYTES >> 20} MB with {MOST_EDITS_TEXT / 2**20:.1f} MB of edits are opened again; close a "
            "table, or save tokens and clips one by one."
        )
    visitor.notify("file", name=FILE_NAME, text=text)


def is_workspace(path: Path) -> bool:
    """Whether a file is a workspace."""
    with open(path, "rb") as file:
        return f'"{KIND}"'.encode() in file.read(SNIFFED)


def open_workspace(visitor: Visitor, path: Path) -> str:
    """Open everything in a workspace beside what is open already; says what of it could not be shown.

    Raises
    ------
    StudioError
        If it is none, or there is no room for it; nothing is changed then.
    """
    saved = read_workspace(path, MOST_BYTES)
    catalog = visitor.catalog.copy()
    try:
        value = json.loads(saved.text)
        if value["kind"] != KIND or value["version"] != VERSION:
            raise StudioError(UNREADABLE)
        clips = zip(value["clips"].items(), saved.clips, strict=True)
        keys = {before: visitor.add_own_clip(clip_of(clip, array)) for (before, clip), array in clips}
        for table in map(_table_of, value["tables"], saved.tables):
            visitor.tables.keep(table)
        states = [
            with_keys(sharing.from_value(state, arrays), keys)
            for state, arrays in zip(value["states"], saved.states, strict=True)
        ]
        titles = {str(one["key"]): str(one["title"]) for one in value["checkpoints"]}
        notes = str(value.get("notes", ""))[:LONGEST_NOTES]
    except StudioError:
        visitor.catalog.restore(catalog)
        raise
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        visitor.catalog.restore(catalog)
        raise StudioError(UNREADABLE) from error
    refused = [said for state in states if (said := _show(visitor, state, titles))]
    if visitor.notification is not None and visitor.notification["kind"] == "restored":
        visitor.notification["notes"] = notes
    return " ".join(dict.fromkeys(refused))


def _compact(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))


def _value(visitor: Visitor, notes: str, look: dict[str, Any]) -> dict[str, Any]:
    worked_on = [bench for bench in visitor.workbenches.values() if _holds_work(bench)]
    benches = [*(bench for bench in worked_on if bench.encoded is not visitor.workbench.encoded)]
    states = [state_of(bench) for bench in benches] + [state_of(visitor.workbench, read_look(**look))]
    used = {bench.encoded.checkpoint_key: bench.encoded.checkpoint for bench in (*benches, visitor.workbench)}
    return {
        "kind": KIND,
        "version": VERSION,
        "notes": notes,
        "checkpoints": [
            {"key": key, "title": one.name, "fingerprint": one.fingerprint} for key, one in used.items()
        ],
        "clips": {key: clip_value(clip) for key, clip in visitor.own_clips.items()},
        "tables": [_table_value(table) for table in visitor.tables.kept.values()],
        "states": [sharing.to_value(state) for state in states],
    }


def _holds_work(bench: Workbench) -> bool:
    return bool(bench.version.count or bench.pinned)


def _show(visitor: Visitor, state: SharedState, titles: dict[str, str]) -> str:
    try:
        visitor.show_state(state)
    except StudioError as error:
        if is_own(state.checkpoint) and state.checkpoint not in visitor.own_checkpoints.kept:
            title = titles.get(state.checkpoint, "of your own")
            return (
                f"Open the checkpoint {title} here, then this workspace again, to see the work done with it."
            )
        return str(error)
    return ""


def _table_value(table: OpenTable) -> dict[str, Any]:
    suffix = Path(table.title).suffix
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"table{suffix if suffix in SUFFIXES else '.npz'}"
        try:
            table.sheet.write(file, {})
        except TokenFileError as error:
            raise StudioError(f"{table.title} does not fit into a workspace: {error}.") from error
        content = base64.b64encode(zlib.compress(file.read_bytes())).decode("ascii")
    return {
        "key": table.key,
        "title": table.title,
        "suffix": file.suffix,
        "content": content,
        "edited": {str(index): tokens.tolist() for index, tokens in table.edited.items()},
        "mended": sorted(table.mended),
    }


def _table_of(value: dict[str, Any], saved: SavedTable) -> OpenTable:
    if not str(value["key"]).startswith("table-"):
        raise StudioError(UNREADABLE)
    mended = {int(index) for index in value["mended"]}
    title, key = str(value["title"])[:LONGEST_TITLE], str(value["key"])[:LONGEST_TITLE]
    return OpenTable(key, title, saved.sheet, saved.edited, mended, changes=len(saved.edited))
