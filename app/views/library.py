"""What can be chosen: clips, the visitor's own among them, and checkpoints."""

from app.views.view import View


def payload(session) -> dict:
    """Cards of clips and checkpoints, and the device."""
    library = session.library
    clips = [*library.clips.values(), *session.own_clips.values()]
    return {
        "clips": [
            {"key": c.key, "title": c.title, "seconds": len(c.features) / c.fps, "trained": c.trained}
            for c in clips
        ],
        "checkpoints": [{"key": e.key, "title": e.title} for e in library.checkpoints.values()],
        "device": library.device_label,
    }


VIEW = View("library", lambda session: tuple(session.own_clips), payload)
