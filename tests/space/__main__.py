"""Build what the Space builds from the README's front matter, on a bare machine, and open its page.

A new environment of the front matter's Python gets what a Gradio Space installs; the repository's own files,
and no others, are run there as a Space runs them; Chromium opens its page and changes a token, and a program
asks for tokens.

    python -m tests.space [--python /path/to/python3.12] [--folder FOLDER to build in]
"""

import argparse
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from tests.space.page import ask, look
from tests.support.paths import ROOT
from tests.support.serving import free_port, wait_for

# What a Gradio Space installs beside its requirements.txt.
BESIDE = ("gradio[oauth,mcp]=={sdk_version}", "uvicorn>=0.14.0", "websockets>=10.4", "spaces")


def front_matter() -> dict[str, str]:
    """The README's fields of one line."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").split("---\n")[1]
    return {name: value.strip('"') for name, value in re.findall(r"^(\w+): (.+)$", text, re.MULTILINE)}


def build(folder: Path, python: str, fields: dict[str, str]) -> tuple[Path, Path]:
    """The environment's Python and the repository as it is committed."""
    environment, repository = folder / "venv", folder / "app"
    subprocess.run([python, "-m", "venv", environment], check=True)
    installed = environment / "bin" / "python"
    packages = [one.format(**fields) for one in BESIDE]
    install = [installed, "-m", "pip", "install", "--quiet", "-r", ROOT / "requirements.txt", *packages]
    subprocess.run(install, check=True)
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(repository, filter="data")
    return installed, repository


@contextmanager
def serve(python: Path, repository: Path, app_file: str, log: Path) -> Iterator[str]:
    """Run the app as a Space does; yields its address."""
    port = free_port()
    served = {"GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_SERVER_PORT": str(port)}
    space = {"SYSTEM": "spaces", "SPACE_ID": "somebody/rehearsal", "SPACE_HOST": f"127.0.0.1:{port}"}
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with open(log, "w") as output:
        server = subprocess.Popen(
            [python, app_file],
            cwd=repository,
            env={**environment, **served, **space},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://127.0.0.1:{port}/"
        wait_for(address, server, log)
        yield address
    finally:
        server.terminate()
        server.wait(60)


def main() -> None:
    """Rehearse, and say what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--python", help="the interpreter (default: the front matter's, from the PATH)")
    parser.add_argument("--folder", type=Path, help="where to build (default: a temporary folder)")
    chosen, fields = parser.parse_args(), front_matter()
    minor = ".".join(fields["python_version"].split(".")[:2])
    python = chosen.python or shutil.which(f"python{minor}")
    if python is None:
        raise SystemExit(f"There is no python{minor} here; name one with --python.")
    with tempfile.TemporaryDirectory(prefix="space-") as temporary:
        folder = chosen.folder or Path(temporary)
        installed, repository = build(folder, python, fields)
        version = subprocess.run([installed, "--version"], check=True, capture_output=True, text=True).stdout
        with serve(installed, repository, fields["app_file"], folder / "log.txt") as address:
            complaints, tokens = look(address, folder / "page.png"), ask(address)
        print(f"{version.strip()}: a body moves, a token was changed, a program got {tokens} tokens.")
        if complaints:
            raise SystemExit("\n".join(complaints))


if __name__ == "__main__":
    main()
