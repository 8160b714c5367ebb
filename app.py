"""The door: `python app.py` builds the page and serves it; a Hugging Face Space runs the same file."""

import argparse
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Event

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    raise SystemExit("app.py: Python {}.{} runs it; it needs 3.11, 3.12 or 3.13.".format(*sys.version_info))

from app.server import logs, temporary

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
if __name__ == "__main__":  # before Gradio looks where its uploads go
    temporary.begin()
    logs.begin()
with suppress(ImportError):
    import spaces  # noqa: F401  # ZeroGPU wants to be imported before PyTorch

from app.catalog.library import Library
from app.errors import StudioError
from app.jobs import places
from app.page import build, launch_settings
from app.server.health import Health

DRAIN_SECONDS = 25.0  # that running work is given to finish when the server is asked to end


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
    parser.add_argument(
        "--mcp",
        action="store_true",
        default=None,  # Gradio's own GRADIO_MCP_SERVER decides
        help="offer the endpoints to agents as tools at /gradio_api/mcp (needs gradio[mcp])",
    )
    return parser.parse_args()


def serve_until_told(demo, library: Library, chosen: argparse.Namespace) -> None:
    """Serve until SIGTERM or Ctrl-C; after the former, finish the work that runs and begin no other."""
    told, health = Event(), Health()

    def drain(*_) -> None:
        health.draining = places.closed = True
        told.set()

    signal.signal(signal.SIGTERM, drain)
    settings = launch_settings(library, health)
    where = {"server_name": chosen.host, "server_port": chosen.port}
    demo.launch(**where, mcp_server=chosen.mcp, prevent_thread_lock=True, **settings)
    try:
        while not told.wait(0.5):
            pass
        deadline = time.monotonic() + DRAIN_SECONDS
        while places.working and time.monotonic() < deadline:
            time.sleep(0.2)
    except KeyboardInterrupt:
        pass
    demo.close()


if __name__ == "__main__":
    chosen = arguments()
    try:
        folder = {"checkpoints_folder": chosen.checkpoints} if chosen.checkpoints else {}
        library = Library(**folder, paths_allowed=chosen.allow_paths)
    except StudioError as error:
        raise SystemExit(f"app.py: {error}") from None
    serve_until_told(build(library), library, chosen)
