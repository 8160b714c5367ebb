import os

import pytest
import torch

from tests.hostile.strangers import Stranger, Watch
from tests.support.serving import serve

LIMITS = {
    "STUDIO_PARSER_SECONDS": "6",
    "STUDIO_CHECKPOINT_SECONDS": "20",
    "STUDIO_UPLOAD_MB": "64",
    "STUDIO_SESSIONS_A_MINUTE": "60",
    "STUDIO_TRUSTED_PROXIES": "1",
    "STUDIO_HEADER_SECONDS": "2",
    "STUDIO_STREAMS": "20",
    "STUDIO_CALLS": "4",
    "STUDIO_METRICS_TOKEN": "secret",
}


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Address and process of a server with small limits."""
    from tests.support.checkpoints import write_checkpoint

    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("served")
    write_checkpoint(folder / "checkpoints", "first", seed=1)
    before = dict(os.environ)
    os.environ.update(LIMITS, OMP_NUM_THREADS="1", STUDIO_TEMPORARY=str(folder))
    try:
        with serve(folder / "log", folder / "checkpoints") as (address, process):
            Stranger(address).open("a.npy", b"none")  # the process that parses files is ready with this
            yield address, process
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture
def stranger(server):
    return Stranger(server[0])


@pytest.fixture
def watch(server):
    return Watch(*server)
