"""The edits in words, and what can be undone and redone."""

from collections.abc import Hashable

from app.payloads.stage import EditsPayload
from app.view import Shown, View
from app.visitor import Visitor


def payload(visitor: Visitor) -> EditsPayload:
    """Words of every edit, oldest first, with the treatment of the later layers."""
    return _payload(visitor, 0)


def patch(visitor: Visitor, shown: Shown) -> EditsPayload:
    """The same without the edits that the page has, the first `kept`."""
    bench = visitor.workbench
    has_them = shown.decoding.encoded is bench.encoded
    return _payload(visitor, bench.version.shared_with(shown.version) if has_them else 0)


def _payload(visitor: Visitor, kept: int) -> EditsPayload:
    bench = visitor.workbench
    return {
        "kept": kept,
        "edits": [
            {"kind": edit.kind, "words": edit.words(bench.encoded), "repair": edit.repair}
            for edit in bench.version.edits_after(kept)
        ],
        "can_undo": bool(bench.past),
        "can_redo": bool(bench.future),
        "both": bench.both,
    }


def key(visitor: Visitor) -> Hashable:
    """The edits, and whether there is something to undo or to redo."""
    bench = visitor.workbench
    return bench.version, bool(bench.past), bool(bench.future), bench.both, bench.encoded


VIEWS = (View("edits", key, payload, patch=patch),)
