"""A running server as strangers see it: requests, uploads, its memory, and another visitor meanwhile."""

import json
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from statistics import median
from threading import Event, Thread

PATIENCE = 60
LEAST = 7  # edits while something happens, however soon it is over
USUAL = 20  # edits before anything happens, which say what the machine takes for one anyway


class Stranger:
    """Whoever sends requests."""

    def __init__(self, address):
        self.address, self.session, self.number = address, None, 0

    def send(self, *commands, **message):
        """Status and content of the answer to a request."""
        self.number += 1
        body = {"session": self.session, "number": self.number, "commands": list(commands), **message}
        status, answer = self.post("studio/requests", json.dumps(body).encode(), "application/json")
        if status == 200:
            self.session = answer["session"]
        return status, answer

    def say(self, name, **values):
        """What the server says to a command."""
        status, answer = self.send({"name": name, **values})
        return answer["notice"] if status == 200 else status

    def upload(self, name, content):
        """Where an uploaded file is on the server; the status where it was refused."""
        mark = uuid.uuid4().hex
        head = f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        status, places = self.post("gradio_api/upload", body, f"multipart/form-data; boundary={mark}")
        return places[0] if status == 200 else status

    def open(self, name, content):
        """What the server says to a file of motion, of tokens or of a state."""
        return self.say("open_file", path=self.upload(name, content), file_name=name)

    def open_checkpoint(self, *files):
        """What the server says to files of a checkpoint, (name, content)."""
        files = [{"path": self.upload(*file), "file_name": file[0]} for file in files]
        return self.say("open_checkpoint", files=files)

    def post(self, where, body, kind):
        """Status and content of an answer."""
        request = urllib.request.Request(self.address + where, body, {"Content-Type": kind})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")
        except urllib.error.URLError as error:
            if isinstance(error.reason, ConnectionError):
                return 0, "closed"  # refused before the rest was sent
            raise


class Watch:
    """Another visitor, who edits one token after the other; and the server's memory meanwhile."""

    def __init__(self, address, process):
        self.visitor, self.process = Stranger(address), process
        self.visitor.say("look")
        self.waited, self.failed, self.peak, self._over = [], [], 0, Event()

    def __enter__(self):
        self.usual = self._calm()
        self.before = self.memory()
        self._thread = Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()
        self.seconds = time.monotonic() - self.began
        # A machine that others made slower meanwhile is slower afterwards too.
        self.usual = max(self.usual, self._calm())

    @property
    def grown(self):
        """Megabytes that the server took at most more than before."""
        return (self.peak - self.before) / 1024

    @property
    def typical(self):
        """Seconds that the visitor's edits took longer than just before and after, the median."""
        return median(self.waited) - self.usual

    @property
    def longest(self):
        """The same of the one that took longest."""
        return max(self.waited) - self.usual

    def memory(self):
        """Kilobytes that the server has in memory; processes that it started aside."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def threads(self):
        """Threads of the server."""
        return len(list(Path(f"/proc/{self.process.pid}/task").iterdir()))

    def _calm(self):
        """Seconds that an edit takes while nothing happens."""
        return median(self._edit(code) for code in range(USUAL))

    def _edit(self, code):
        """Seconds that an edit takes."""
        start = time.monotonic()
        said = self.visitor.say("set_code", region=[0, 0, 2, 2], code=code, repair=False)
        seconds = time.monotonic() - start
        if said:
            self.failed.append(said)
        return seconds

    def _watch(self):
        self.began, code = time.monotonic(), 0
        while not self._over.is_set() or len(self.waited) < LEAST:
            code = (code + 1) % 60
            self.waited.append(self._edit(code))
            self.peak = max(self.peak, self.memory())
            time.sleep(0.02)
