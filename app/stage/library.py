"""What can be chosen: clips and checkpoints, the visitor's own among them."""

from collections.abc import Hashable

from app.payloads.choosing import LibraryPayload
from app.view import View
from app.visitor import Visitor


def payload(visitor: Visitor) -> LibraryPayload:
    """Cards of clips and checkpoints, the device, and whether checkpoints can be opened by path.

    A clip's `trained` is about the chosen checkpoint: None where it is not known what that was trained on.
    """
    library, catalog, encoded = visitor.library, visitor.catalog, visitor.workbench.encoded
    return {
        "clips": [
            {
                "key": clip.key,
                "title": clip.title,
                "seconds": len(clip.features) / clip.fps if clip.fps else None,
                "width": clip.width,
                "trained": encoded.trained_on(clip),
                "own": clip.own,
            }
            for clip in catalog.clips()
        ],
        "table_rows": [
            {"key": row, "title": title, "seconds": seconds}
            for row, (title, seconds) in catalog.tables.visited.items()
        ],
        "checkpoints": [
            {"key": entry.key, "title": entry.title, "own": entry.own}
            for entry in catalog.checkpoints().values()
        ],
        "device": library.device_label,
        "paths_allowed": library.paths_allowed,
    }


def key(visitor: Visitor) -> Hashable:
    """The visitor's own files and rows of tables, and the checkpoint, which says what it was trained on."""
    catalog, checkpoint = visitor.catalog, visitor.workbench.encoded.checkpoint_key
    clips = tuple((clip.key, clip.fps) for clip in catalog.own_clips.values())
    return clips, tuple(catalog.own_checkpoints.kept), tuple(catalog.tables.visited.items()), checkpoint


VIEWS = (View("library", key, payload),)
