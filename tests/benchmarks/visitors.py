"""Many visitors at once: each edits without a pause, over the page's own route, against `python app.py`.

`python -m tests.benchmarks.visitors [--visitors 50] [--edits 20] [--isa avx2]`. Aims on two idle cores: 100
edits a second, p95 at most 0.6 s, no error, and every visitor's tokens and features equal to the library's.
"""

import argparse
import os
import tempfile
from pathlib import Path

import numpy as np

from app.catalog.library import Library
from app.workbench.workbench import Workbench
from tests.benchmarks.timing import choose_isa
from tests.support.serving import serve
from tests.support.visitors import visit_together


def main() -> None:
    """Measure and print."""
    choose_isa()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--edits", type=int, default=20)
    asked = parser.parse_args()
    os.environ["STUDIO_SESSIONS_A_MINUTE"] = "1000"  # for here all come from one address
    library = Library()
    clip, checkpoint = library.opening
    bench = Workbench.of(library.encoded(library.clip(clip), checkpoint))
    encoded = bench.encoded
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder) / "log.txt") as (address, server):
        before = _processor_seconds(server.pid)
        visits, seconds = visit_together(
            address, asked.visitors, asked.edits, encoded.tokens.shape[1], encoded.num_codes
        )
        used = _processor_seconds(server.pid) - before
    waits = np.array([wait for visit in visits for wait in visit.seconds])
    refused = sum(notice != "" for visit in visits for notice in visit.notices)
    apart = [visit.apart(bench) for visit in visits]
    wrong = sum(tokens > 0 or features > 1e-3 for tokens, features in apart)
    print(f"{asked.visitors} visitors, {len(waits)} edits in {seconds:.1f} s")
    print(f"  edits a second        {len(waits) / seconds:.1f}")
    print(f"  answer                p50 {np.median(waits):.3f} s, p95 {np.quantile(waits, 0.95):.3f} s")
    print(f"  processor, an edit    {1000 * used / len(waits):.1f} ms")
    print(f"  refused {refused}, visitors with other tokens or features than the library's {wrong}")


def _processor_seconds(pid: int) -> float:
    """What a process has used of the processor, on all cores."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
