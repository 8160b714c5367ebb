"""The first frame of the body and its tokens as a picture, for the page before any script has loaded."""

import numpy as np

from app.workbench.workbench import Workbench
from rvqvae.motion.skeleton import Skeleton

YAW, PITCH = 0.62, 0.2  # as the player's camera opens
WIDE, HIGH, METRE = 1000, 430, 172.0  # of the picture, and a metre in it
CELL, ROW = 27, 24
MOST_STEPS = 32  # of the tokens that are drawn

RAMP = np.array(
    [
        (20, 40, 79),
        (51, 74, 115),
        (92, 102, 120),
        (130, 130, 124),
        (170, 160, 117),
        (210, 193, 99),
        (244, 229, 91),
    ]
)


def svg(bench: Workbench) -> str:
    """The picture; of a clip without joints the tokens alone."""
    encoded = bench.encoded
    body = _body(encoded.joints[0], encoded.layout.skeleton) if encoded.has_joints else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH + 8 * ROW}">'
        f"{body}{_tokens(bench)}</svg>"
    )


def _body(joints: np.ndarray, skeleton: Skeleton) -> str:
    """Limbs as thick lines, a joint to its parent."""
    from_pelvis = joints - joints[0] * (1, 0, 1)
    right = np.array([np.cos(YAW), 0, -np.sin(YAW)])
    up = np.array([-np.sin(YAW) * np.sin(PITCH), np.cos(PITCH), -np.cos(YAW) * np.sin(PITCH)])
    x = WIDE / 2 + METRE * (from_pelvis @ right)
    y = HIGH - 40 - METRE * (from_pelvis @ up)
    lines = "".join(
        f'<path class="bone" d="M{x[child]:.0f} {y[child]:.0f}L{x[parent]:.0f} {y[parent]:.0f}"/>'
        for child, parent in enumerate(skeleton.parents)
        if parent >= 0
    )
    head = skeleton.index.get("head")
    if head is None:
        return lines
    return f'{lines}<circle class="skull" cx="{x[head]:.0f}" cy="{y[head] - 8:.0f}" r="19"/>'


def _tokens(bench: Workbench) -> str:
    tokens = bench.tokens[:, :MOST_STEPS]
    left = (WIDE - tokens.shape[1] * CELL) / 2
    cells = []
    for layer, row in enumerate(tokens):
        for step, code in enumerate(row):
            red, green, blue = _colour(max(0, int(code)) / max(1, bench.encoded.num_codes - 1))
            cells.append(
                f'<rect x="{left + step * CELL:.0f}" y="{HIGH + layer * ROW}" width="{CELL - 2}" '
                f'height="{ROW - 3}" fill="#{red:02x}{green:02x}{blue:02x}"/>'
            )
    words = f'<text x="{left:.0f}" y="{HIGH + (len(tokens) + 1) * ROW}">The studio is loading</text>'
    return "".join(cells) + words


def _colour(share: float) -> tuple[int, int, int]:
    at = share * (len(RAMP) - 1)
    low = min(len(RAMP) - 2, int(at))
    red, green, blue = (RAMP[low] + (RAMP[low + 1] - RAMP[low]) * (at - low)).astype(int).tolist()
    return red, green, blue
