"""The door: `python app.py` builds the page and serves it; a Hugging Face Space runs the same file."""

import argparse
import os
from pathlib import Path

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from app.library import Library
from app.page import build, launch_settings
from app.take import StudioError


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, help="port to listen on (default: the first free one from 7860)")
    parser.add_argument(
        "--checkpoints", type=Path, help="folder of checkpoint folders (default: checkpoints)"
    )
    parser.add_argument(
        "--allow-paths",
        action="store_true",
        help="let whoever opens the page open checkpoints by their path on this machine",
    )
    return parser.parse_args()


if __name__ == "__main__":
    chosen = arguments()
    try:
        folder = {"checkpoints_folder": chosen.checkpoints} if chosen.checkpoints else {}
        library = Library(**folder, paths_allowed=chosen.allow_paths)
    except StudioError as error:
        raise SystemExit(f"app.py: {error}") from None
    demo = build(library)
    demo.launch(server_name=chosen.host, server_port=chosen.port, **launch_settings())
