"""Many visitors at once against a running page, each over a connection of its own, as browsers are."""

import base64
import gzip
import io
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlsplit

import numpy as np

from app.payloads.arrays import unpack
from app.requests import PATH
from app.workbench.edits import SetCode
from app.workbench.region import Region
from app.workbench.workbench import Workbench


class RemotePage:
    """A page's requests without a browser."""

    def __init__(self, address: str):
        parts = urlsplit(address)
        self._connection = HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        self._session: str | None = None
        self._number = 0

    def say(self, *commands: dict) -> dict:
        """Send commands; returns the answer."""
        self._number += 1
        message = {"session": self._session, "number": self._number, "commands": commands, "resume": None}
        headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
        self._connection.request("POST", PATH, json.dumps(message), headers)
        response = self._connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{response.status}: {body[:200]!r}")
        answer = json.loads(gzip.decompress(body) if response.headers["Content-Encoding"] else body)
        assert answer["number"] == self._number
        self._session = answer["session"]
        return answer


@dataclass
class Visit:
    """What one visitor did and saw.

    Attributes
    ----------
    seconds : from each request to its answer
    notices : what the server said
    tokens, features : at the end
    """

    edits: list[SetCode]
    seconds: list[float] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    tokens: np.ndarray | None = None
    features: np.ndarray | None = None

    def go(self, address: str) -> "Visit":
        """Make all edits without a pause, then look at what they came to."""
        page = RemotePage(address)
        page.say()
        answer = {}
        for edit in self.edits:
            region = edit.region
            block = [region.first_layer, region.last_layer, region.first_step, region.last_step]
            command = {"name": "set_code", "region": block, "code": edit.code, "repair": edit.repair}
            started = time.perf_counter()
            answer = page.say(command)
            self.seconds.append(time.perf_counter() - started)
            self.notices.append(answer["notice"])
        self.tokens = unpack(answer["views"]["tokens"]["codes"]).astype(int)
        file = page.say({"name": "save_export", "kind": "features.npy"})["views"]["notification"]
        self.features = np.load(io.BytesIO(base64.b64decode(file["base64"])))
        return self

    def apart(self, bench: Workbench) -> tuple[int, float]:
        """In how many tokens, and how far in features, it is from what the library makes of its edits."""
        bench = bench.with_edits(tuple(self.edits))
        wrong = int((self.tokens != bench.tokens).sum())
        return wrong, float(np.abs(self.features - bench.decoding.features).max())


def visit_together(
    address: str, visitors: int, edits: int, steps: int, codes: int
) -> tuple[list[Visit], float]:
    """Visitors who all make edits of their own at the same time; returns them, and how long it took."""
    rng = np.random.default_rng(0)
    visits = []
    for _ in range(visitors):
        layers = rng.integers(0, 6, edits).tolist()
        # Each time another code or place than the time before, so that every edit changes something.
        places, chosen = rng.permutation(steps)[:edits].tolist(), rng.integers(0, codes, edits).tolist()
        each = zip(layers, places, chosen, strict=True)
        visits.append(Visit([SetCode(Region(v, v, s, s), False, c) for v, s, c in each]))
    started = time.perf_counter()
    with ThreadPoolExecutor(visitors) as pool:
        done = list(pool.map(lambda one: one.go(address), visits))
    return done, time.perf_counter() - started
