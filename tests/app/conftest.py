import pytest
from gradio_client import Client

from app.catalog.library import ROOT, Library
from app.connection import Connection
from app.page import build, launch_settings
from app.visitor import Visitor
from app.workbench.workbench import Workbench
from tests.support.checkpoints import write_checkpoint


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints")
    write_checkpoint(folder, "first", seed=1)
    write_checkpoint(folder, "second", seed=2, num_quantizers=4, with_usage=False)
    return Library(clips_folder=ROOT / "assets" / "clips", checkpoints_folder=folder, opening_clips=("walk",))


@pytest.fixture
def encoded(library):
    return library.encoded(library.clip("walk"), "first")


@pytest.fixture
def bench(encoded):
    return Workbench.of(encoded)


@pytest.fixture
def visitor(library, tmp_path):
    return Visitor(library, tmp_path)


@pytest.fixture
def connection(visitor):
    return Connection(visitor)


@pytest.fixture(scope="session")
def served(library):
    """Address of a page over the library."""
    demo = build(library)
    _, address, _ = demo.launch(prevent_thread_lock=True, quiet=True, **launch_settings(library))
    yield address
    demo.close()


@pytest.fixture(scope="session")
def client(served, tmp_path_factory):
    """A program that calls the page's endpoints."""
    return Client(served, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))
