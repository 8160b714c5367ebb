"""What can be chosen: clips and checkpoints, the visitor's own among them."""

from app.take import OWN
from app.views.view import View


def payload(session) -> dict:
    """Cards of clips and checkpoints, the device, and whether checkpoints can be opened by path.

    A clip's `trained` is about the chosen checkpoint: None where it is not known what that was trained on.
    """
    library = session.library
    take = session.workbench.take
    clips = [*library.clips.values(), *session.own_clips.values()]
    return {
        "clips": [
            {
                "key": clip.key,
                "title": clip.title,
                "seconds": len(clip.features) / clip.fps if clip.fps else None,
                "width": clip.width,
                "trained": take.trained_on(clip),
                "own": clip.key.startswith(OWN),
            }
            for clip in clips
        ],
        "table_rows": [
            {"key": row, "title": title, "seconds": seconds}
            for row, (title, seconds) in session.tables.visited.items()
        ],
        "checkpoints": [
            *({"key": e.key, "title": e.title, "own": False} for e in library.checkpoints.values()),
            *({"key": o.key, "title": o.title, "own": True} for o in session.shelf.kept.values()),
        ],
        "device": library.device_label,
        "paths_allowed": library.paths_allowed,
    }


def key(session):
    """The visitor's own files and rows of tables, and the checkpoint, which says what it was trained on."""
    checkpoint = session.workbench.take.checkpoint_key
    clips = tuple((clip.key, clip.fps) for clip in session.own_clips.values())
    return clips, tuple(session.shelf.kept), tuple(session.tables.visited.items()), checkpoint


VIEW = View("library", key, payload)
