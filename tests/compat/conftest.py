"""One running page for all tests of this folder, over checkpoints that an earlier version trained."""

from collections.abc import Iterator

import pytest
from gradio_client import Client

from tests.compat.frozen import DATA
from tests.support.serving import serve


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running `python app.py`."""
    folder = tmp_path_factory.mktemp("page")
    places = {"GRADIO_TEMP_DIR": str(folder / "uploads")}
    with serve(folder / "log.txt", DATA / "checkpoints", settings=places) as (address, _):
        yield address


@pytest.fixture(scope="session")
def client(address: str, tmp_path_factory: pytest.TempPathFactory) -> Client:
    """A program that calls the page."""
    return Client(address, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))
