"""Edits of tokens, and what they do."""

from dataclasses import asdict
from typing import ClassVar

from app.decoding import Decoding
from app.endpoints.arguments import Endpoints
from app.take import StudioError
from app.workbench import Workbench
from rvqvae.statistics import codebook_arrays, nearest_codes


def errors_of(bench: Workbench, decoding: Decoding | None = None, name: str = "error") -> dict:
    """The mean error of a decoding, or of the present one, and how it is measured: joints in mm, or
    channels."""
    mean = float(bench.errors_of(decoding or bench.decoding).mean())
    how = {"alignment": bench.alignment, "fps": bench.take.clip.fps}
    if bench.take.has_joints:
        return {f"{name}_mm": mean, **how}
    return {name: mean, "unit": bench.unit, **how}


class Editing(Endpoints):
    """Endpoints that change tokens."""

    NAMES: ClassVar = ("edit", "nearest_codes")
    LONG: ClassVar = ()

    def edit(
        self,
        clip: str | dict,
        edits: list,
        layers: list | None = None,
        checkpoint: str = "",
        alignment: str = "",
    ) -> dict:
        """Tokens after edits, their error, and which frames the edits reach.

        Each edit is {"kind", "region", "repair", …} as a saved state holds it. kind is one of set (with code,
        -1 drops), neighbour (anchor, rank), restore, paste (codes), borrow (clip), random (seed), shuffle
        (seed); region is [first layer, last layer, first step, last step], counted from 0; repair lets the
        layers after the region be quantized again.
        """
        bench = self.bench(clip, checkpoint, layers=layers, edits=edits, alignment=alignment)
        take = bench.take
        unedited = Decoding(take, take.tokens, bench.layers)
        changed = bench.decoding.frames_that_may_differ(unedited)
        return {
            "tokens": bench.tokens.tolist(),
            "frames": take.frames,
            "words": [edit.words(take) for edit in bench.version.edits],
            "changed_tokens": int((bench.tokens != take.tokens).sum()),
            "changed_frames": None if changed is None else list(changed),
            **errors_of(bench),
            **errors_of(bench, unedited, "error_before"),
        }

    def nearest_codes(self, layer: int, code: int, count: int = 8, checkpoint: str = "") -> dict:
        """The codes of a layer, numbered from 1, that lie nearest to one of its codes, nearest first."""
        codebooks = codebook_arrays(self.checkpoint(checkpoint).model)
        if layer not in range(1, len(codebooks) + 1):
            raise StudioError(f"There is no layer {layer!r}; layers run from 1 to {len(codebooks)}.")
        codebook = codebooks[layer - 1]
        if code not in range(codebook.shape[1]):
            raise StudioError(f"There is no code {code!r}; codes run from 0 to {codebook.shape[1] - 1}.")
        if count not in range(1, codebook.shape[1]):
            raise StudioError(f"{count!r} codes cannot be listed; ask for 1 to {codebook.shape[1] - 1}.")
        near = nearest_codes(codebook, codebook[:, code], count, except_for=code)
        return {"codes": [asdict(one) for one in near]}
