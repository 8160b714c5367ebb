"""What other ways of running encoder and decoder on a CPU give, beside PyTorch's own convolutions.

`pip install onnx onnxruntime onnxscript` and a C++ compiler; then, with `OMP_NUM_THREADS=1`,
`python -m tests.benchmarks.alternatives [--isa avx2]`. ONNX Runtime chooses its kernels itself, whatever
`--isa` says. One clip of 196 frames.
"""

import copy
import io
import time

import torch
from torch import nn

from rvqvae import RVQVAE
from tests.benchmarks.bare import plain
from tests.benchmarks.timing import choose_isa, report, side_by_side

FRAMES = 196
OWN = "PyTorch's own modules"


class Both(nn.Module):
    """Encoder and decoder without the quantizer between them."""

    def __init__(self, model: RVQVAE):
        super().__init__()
        self.encoder, self.decoder = model.encoder, model.decoder

    def forward(self, motion: torch.Tensor) -> torch.Tensor:
        return self.decoder(self.encoder(motion))


@torch.no_grad()
def main() -> None:
    """Compare for one clip."""
    ours = Both(RVQVAE()).eval()
    own = copy.deepcopy(ours)
    for part in (own.encoder, own.decoder):
        part.convs = nn.ModuleList(plain(convolution) for convolution in part.convs)
    motion = torch.randn(1, 263, FRAMES)
    functions = {OWN: lambda: own(motion), "products": lambda: ours(motion)}
    for name, make in (("torch.compile", compiled), ("ONNX Runtime", in_onnx)):
        started = time.perf_counter()
        try:
            functions[name] = make(own, motion)
        except Exception as error:  # whatever the machine lacks for it
            print(f"{name}: not here ({type(error).__name__}: {str(error).splitlines()[0][:100]})")
            continue
        apart = float((functions[name]() - own(motion)).abs().max())
        print(f"{name}: ready in {time.perf_counter() - started:.0f} s, {apart:.1e} from {OWN}")
    report(f"encoder and decoder of {FRAMES} frames", side_by_side(functions, rounds=100), OWN)


def compiled(own: nn.Module, motion: torch.Tensor):
    """The modules compiled by Inductor."""
    run = torch.compile(own)
    run(motion)
    return lambda: run(motion)


def in_onnx(own: nn.Module, motion: torch.Tensor):
    """The modules as a graph of ONNX, on one thread."""
    import onnxruntime

    program = torch.onnx.export(own, (motion,), dynamo=True, verbose=False)
    content = io.BytesIO()
    program.save(content)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(content.getvalue(), options, providers=["CPUExecutionProvider"])
    (name,) = (one.name for one in session.get_inputs())
    given = {name: motion.numpy()}
    return lambda: torch.from_numpy(session.run(None, given)[0])


if __name__ == "__main__":
    choose_isa()
    main()
