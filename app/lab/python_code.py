"""What the page shows, as Python that does the same with the library: the present edit, and each figure."""

from pathlib import Path
from typing import Any

import numpy as np

from app.catalog.keys import RowKey, is_own
from app.catalog.library import ROOT
from app.command import command
from app.errors import StudioError
from app.lab.compare import ToCompare, chosen, comparable
from app.lab.dataset import data_set
from app.lab.dictionary import open_entry
from app.lab.many import Many
from app.lab.microscope import Magnified
from app.lab.relabel import Relabelling
from app.tables.pairs import Pairing
from app.visitor import Visitor
from app.workbench.average import NOTHING
from app.workbench.workbench import Workbench

EDIT = "edit"
_ANALYSE = """
from rvqvae.statistics import analyse

statistics = analyse(checkpoint, {clips})
for layer in statistics.layers:
    print(layer.layer, layer.used, "codes,", layer.entropy.corrected_bits, "bits a token")
for (first, second), found in statistics.between_layers.items():
    print(first, second, found.excess_bits, "bits beyond what shuffled tokens give")
for found in statistics.between_steps:
    print(found.excess_bits, "bits between a layer's steps")
for point in statistics.rate_distortion:
    print(point.rate.layers, point.rate.nominal, "bit/s", point.root_mm, "mm")
for curve in statistics.entropy_curves:
    print(curve.sizes, curve.corrected_bits)
"""
_CODES = """
from rvqvae.evaluation.metrics import code_counts
from rvqvae.statistics import codebook_arrays, layer_statistics, residual_energies

codebooks = codebook_arrays(checkpoint.model)
counts = code_counts(tokens, checkpoint.config.num_embeddings)
for layer in layer_statistics(counts, codebooks):
    print(layer.layer, layer.used, layer.duplicates, layer.perplexity, layer.norms.min(), layer.norms.max())
latent = checkpoint.model.encode_to_latent(checkpoint.normalize(clip.features)[None])[0]
print(residual_energies(latent.detach().cpu().numpy().T, codebooks, tokens))
"""
_CODE = """
from rvqvae.statistics import codebook_arrays, nearest_codes, principal_plane

codebook = codebook_arrays(checkpoint.model)[{layer}]  # (d, K)
for near in nearest_codes(codebook, codebook[:, {code}], 10, except_for={code}):
    print(near)
plane = principal_plane(codebook.T)
print(plane.explained)
"""
_BY_FIGURE = {
    "layer-information": _ANALYSE,
    "step-information": _ANALYSE,
    "entropy-curve": _ANALYSE,
    "information-curve": _ANALYSE,
    "rate-distortion": _ANALYSE,
    "code-use": _CODES,
    "residual-energy": _CODES,
    "code-norms": _CODES,
    "codebooks": _CODES,
    "code-map": _CODE,
    "code-neighbours": _CODE,
    "layer-lattice": """
from rvqvae.statistics import layer_lattice

for subset in layer_lattice(checkpoint, clip.features, checkpoint.encode(clip.features)):
    print(subset)
""",
    "beam": """
from rvqvae.statistics import compare_widths

for row in compare_widths(checkpoint, clip.features, (2, 3, 4, 6, 8, 12, 16)):
    print(row.width, row.latent_error, row.root_mm, row.changed)
""",
    "relabel": """
import numpy as np

from rvqvae.statistics import agreeing_permutations, number_correlation, random_permutations, relabel
from rvqvae.statistics import codebook_arrays

layers, codes = len(tokens), checkpoint.config.num_embeddings
permutations = {permutations}
renamed, codebooks = relabel(tokens, codebook_arrays(checkpoint.model), permutations)
print(number_correlation(tokens), number_correlation(renamed))
""",
    "residual-walk": """
from rvqvae.statistics import dissect, walk_plane

latent = checkpoint.model.encode_to_latent(checkpoint.normalize(clip.features)[None])[0]
taken_apart = dissect(checkpoint, latent[:, {step}].detach().cpu().numpy(), tokens[:, {step}])
print(taken_apart.energies, walk_plane(taken_apart).explained)
""",
    "comparison": """
from rvqvae.statistics.comparison import compare

checkpoints = [rvqvae.load_checkpoint(source) for source in {checkpoints}]
for one in compare(checkpoints, {clips}).contestants:
    print(one.checkpoint.name, one.refusal, one.scores and one.scores.rate_distortion)
""",
    "reported": """
from rvqvae.evaluation.evaluation import evaluate
from rvqvae.evaluation.protocols import as_momask_reports

for source in {checkpoints}:
    one = rvqvae.load_checkpoint(source)
    ours, theirs = evaluate(one, {clips}), as_momask_reports(one, {clips})
    print(one.name, ours["layers"][-1], ours["intervals"], theirs.mean, theirs.confidence, theirs.interval)
""",
    "many": """
from rvqvae.evaluation.evaluation import score_clips

clips = [one for path in {files} for one in read_motion(path)]
for score in score_clips(checkpoint, clips):
    print(clips[score.index].name, score.frames, score.errors, score.slides / max(1, score.standing))
""",
    "pairs": """
from rvqvae.statistics.token_pairs import compare_tokens
from rvqvae.tokens import read_tokens

true = {{row.id: row.tokens for row in read_tokens({true!r}).rows}}
for row in read_tokens({predicted!r}).rows:
    if row.id in true:
        pair = compare_tokens(checkpoint, row.tokens, true[row.id])
        print(row.id, pair.damage_all, pair.damage, pair.agreement, pair.deleted, pair.inserted)
""",
}
_BY_FIGURE["layer-worth"] = _BY_FIGURE["layer-lattice"]


@command(silent=True)
def copy_python(visitor: Visitor, figure: str = EDIT) -> None:
    """Give the page the present edits, or a figure, as code."""
    visitor.notify("code", text=python_of(visitor, str(figure)))


def python_of(visitor: Visitor, figure: str = EDIT) -> str:
    """Code that does with the library what the page shows; a visitor's own files by their names.

    Raises
    ------
    StudioError
        If there is no such figure.
    """
    if figure == EDIT:
        return _head(visitor) + _edit(visitor.workbench)
    name = next((one for one in _BY_FIGURE if figure in (one, f"{one}-clip", f"{one}-data")), None)
    if name is None:
        raise StudioError(f"There is no code for {figure!r}; choose one of {EDIT}, {', '.join(_BY_FIGURE)}.")
    return _head(visitor) + _BY_FIGURE[name].format(**_values(visitor, figure))


def _head(visitor: Visitor) -> str:
    bench = visitor.workbench
    encoded = bench.encoded
    row = RowKey.parse(encoded.clip.key)
    lines = [
        "import rvqvae",
        "from rvqvae.motion import read_motion",
        "",
        f"checkpoint = rvqvae.load_checkpoint({_source(encoded.source, encoded.checkpoint_key)!r})",
    ]
    if row is not None:
        table = visitor.tables.kept[row.table].title
        lines += [
            "from rvqvae.motion import Clip",
            "from rvqvae.tokens import read_tokens",
            "",
            f"tokens = read_tokens({table!r}).rows[{row.index}].tokens.copy()  # (Q, n)",
            f"clip = Clip({encoded.clip.title!r}, checkpoint.decode(tokens, length={encoded.frames}))",
        ]
    else:
        own = is_own(encoded.clip.key)
        path = f"{encoded.clip.title}.npy" if own else f"assets/clips/{encoded.clip.key}.npy"
        lines += [
            f"clip = read_motion({path!r})[0]{'  # your file' if own else ''}",
            "tokens = checkpoint.encode(clip.features)  # (Q, n)",
        ]
    return "\n".join([*lines, *_changed(bench)]) + "\n"


def _changed(bench: Workbench) -> list[str]:
    """The tokens that the edits made, run by run."""
    before, after = bench.encoded.tokens, bench.tokens
    lines = []
    for layer in range(len(after)):
        steps = np.flatnonzero(before[layer] != after[layer])
        for run in np.split(steps, np.flatnonzero(np.diff(steps) > 1) + 1):
            if run.size:
                codes = after[layer, run].tolist()
                lines.append(f"tokens[{layer}, {run[0]}:{run[-1] + 1}] = {codes}")
    return lines


def _edit(bench: Workbench) -> str:
    on = [layer for layer, is_on in enumerate(bench.layers) if is_on]
    layers = "" if len(on) == len(bench.layers) else f"layers={on}, "
    lines = [f"features = checkpoint.decode(tokens, {layers}length=len(clip.features))  # (N, D)"]
    if bench.off != NOTHING:
        lines.insert(0, "# The page puts a layer's average code where one is off; this adds nothing there.")
    if bench.encoded.has_joints:
        lines = [
            "from rvqvae.evaluation.metrics import mpjpe_mm",
            *lines,
            f"print(mpjpe_mm(features, clip.features, {bench.alignment!r}), 'mm')",
        ]
    return "\n" + "\n".join(lines) + "\n"


def _values(visitor: Visitor, figure: str) -> dict[str, Any]:
    data = data_set(visitor)
    whole = "read_motion('assets/clips')" if data.file is None else f"read_motion({data.title!r})"
    entry, there, over = open_entry(visitor), comparable(visitor), visitor.room(ToCompare).over
    batch, pairing, kept = visitor.room(Many).batch, visitor.room(Pairing), visitor.tables.kept
    compared = "[clip]" if over == "clip" else "read_motion('assets/clips')"
    return {
        "clips": "[clip]" if figure.endswith("-clip") else whole if figure.endswith("-data") else compared,
        "layer": entry.layer,
        "code": entry.code,
        "step": visitor.room(Magnified).step,
        "permutations": _permutations(visitor.room(Relabelling)),
        "checkpoints": [_source(there[key][1].source, key) for key in chosen(visitor)],
        "files": [] if batch is None else [name for _, name in batch.files],
        "true": kept[pairing.true].title if pairing.true in kept else "true.csv",
        "predicted": kept[pairing.predicted].title if pairing.predicted in kept else "predicted.csv",
    }


def _permutations(chosen: Relabelling) -> str:
    random = f"random_permutations(layers, codes, seed={chosen.seed})"
    made = random if chosen.how == "random" else "agreeing_permutations(tokens, codes)"
    if chosen.layer is None:
        return made
    return f"[p if v == {chosen.layer} else np.arange(codes) for v, p in enumerate({made})]"


def _source(source: str | Path, key: str) -> str:
    """What a checkpoint is loaded from, as its owner knows it: no place on this machine."""
    path = Path(str(source))
    if path.is_relative_to(ROOT):
        return path.relative_to(ROOT).as_posix()
    return path.name if is_own(key) or path.is_absolute() else str(source)
