"""Moving bodies as binary glTF 2.0, which any 3-D tool opens: a ball a joint and a bone to each, animated."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from pygltflib import (
    ARRAY_BUFFER,
    ELEMENT_ARRAY_BUFFER,
    FLOAT,
    GLTF2,
    SCALAR,
    UNSIGNED_SHORT,
    VEC3,
    VEC4,
    Accessor,
    Animation,
    AnimationChannel,
    AnimationChannelTarget,
    AnimationSampler,
    Asset,
    Attributes,
    Buffer,
    BufferView,
    Material,
    Mesh,
    Node,
    PbrMetallicRoughness,
    Primitive,
    Scene,
)

from rvqvae.atomic import in_one_stroke

BALL, BONE = 0.026, 0.034  # metres: radius of a joint, of a bone where it is thickest
_SIDES = 10  # of what is turned about an axis
_BALL_PROFILE = [(np.sin(a), -np.cos(a)) for a in np.linspace(0, np.pi, 7)]
_BONE_PROFILE = [(0.0, 0.0), (1.0, 0.15), (0.55, 0.9), (0.0, 1.0)]


@dataclass(frozen=True, eq=False)
class GltfBody:
    """A body that moves.

    Attributes
    ----------
    name : of its node
    joints : (N, J, 3) array, metres, y up
    names, parents : (J,) of its joints; the root's parent is -1
    colours : (J, 3) array, sRGB from 0 to 255: of each joint and the bone that leads to it
    notes : (J,) values by name for each joint, kept as its node's `extras`
    """

    name: str
    joints: np.ndarray
    names: Sequence[str]
    parents: Sequence[int]
    colours: np.ndarray
    notes: Sequence[dict[str, float]]


def write_glb(path: str | Path, bodies: Sequence[GltfBody], fps: float, caption: str) -> None:
    """Write bodies as one animated scene, in one stroke."""
    content = b"".join(_Writer(fps).scene(bodies, caption).save_to_bytes())
    in_one_stroke(path, lambda part: part.write_bytes(content))


@dataclass
class _Writer:
    fps: float
    gltf: GLTF2 = field(default_factory=GLTF2)
    blob: bytearray = field(default_factory=bytearray)

    def scene(self, bodies: Sequence[GltfBody], caption: str) -> GLTF2:
        gltf = self.gltf
        gltf.asset = Asset(version="2.0", generator="rvqvae", extras={"caption": caption, "fps": self.fps})
        ball, bone = self._lathe(_BALL_PROFILE), self._lathe(_BONE_PROFILE)
        gltf.animations = [Animation(name="motion")]
        for body in bodies:
            self._body(body, ball, bone)
        roots = [index for index, node in enumerate(gltf.nodes) if node.children]
        gltf.scenes, gltf.scene = [Scene(nodes=roots)], 0
        gltf.buffers = [Buffer(byteLength=len(self.blob))]
        gltf.set_binary_blob(bytes(self.blob))
        return gltf

    def _body(self, body: GltfBody, ball: Primitive, bone: Primitive) -> None:
        times = self._accessor(np.arange(len(body.joints), dtype="<f4") / self.fps, SCALAR)
        children = []
        for joint, parent in enumerate(body.parents):
            at, name = body.joints[:, joint], f"{body.name} {body.names[joint]}"
            material = self._material(body.colours[joint])
            size = np.full(3, BALL)
            moved = {"translation": at}
            children.append(self._node(name, ball, material, moved, times, size, body.notes[joint]))
            if parent >= 0:
                moved = _stretched(body.joints[:, parent], at)
                children.append(self._node(f"{name} bone", bone, material, moved, times, None, {}))
        self.gltf.nodes.append(Node(name=body.name, children=children))

    def _node(
        self,
        name: str,
        shape: Primitive,
        material: int,
        moved: dict[str, np.ndarray],
        times: int,
        scale: np.ndarray | None,
        notes: dict[str, float],
    ) -> int:
        gltf = self.gltf
        own = Primitive(attributes=shape.attributes, indices=shape.indices, material=material)
        gltf.meshes.append(Mesh(name=name, primitives=[own]))
        first: dict[str, Any] = {what: values[0].tolist() for what, values in moved.items()}
        if scale is not None:
            first["scale"] = scale.tolist()
        gltf.nodes.append(Node(name=name, mesh=len(gltf.meshes) - 1, extras=notes, **first))
        node, animation = len(gltf.nodes) - 1, gltf.animations[0]
        for what, values in moved.items():
            output = self._accessor(values.astype("<f4"), VEC4 if what == "rotation" else VEC3)
            animation.samplers.append(AnimationSampler(input=times, output=output, interpolation="LINEAR"))
            target = AnimationChannelTarget(node=node, path=what)
            animation.channels.append(AnimationChannel(sampler=len(animation.samplers) - 1, target=target))
        return node

    def _material(self, colour: np.ndarray) -> int:
        share = np.asarray(colour, float) / 255
        linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
        look = PbrMetallicRoughness(
            baseColorFactor=[*linear.tolist(), 1.0], metallicFactor=0.0, roughnessFactor=0.7
        )
        self.gltf.materials.append(Material(pbrMetallicRoughness=look))
        return len(self.gltf.materials) - 1

    def _lathe(self, profile: Sequence[tuple[float, float]]) -> Primitive:
        """A profile of (radius, height) turned about the y axis, flat-shaded."""
        turns = np.arange(_SIDES) * 2 * np.pi / _SIDES
        rings = np.array([[(r * np.cos(a), y, r * np.sin(a)) for a in turns] for r, y in profile])
        upper, lower = rings[1:], rings[:-1]
        right = [np.roll(ring, -1, axis=1) for ring in (lower, upper)]
        faces = [np.stack(three, axis=2) for three in ((lower, upper, right[1]), (lower, right[1], right[0]))]
        corners = np.concatenate(faces).reshape(-1, 3, 3)
        normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        size = np.linalg.norm(normals, axis=1, keepdims=True)
        corners, normals = corners[size[:, 0] > 1e-9], (normals / np.maximum(size, 1e-9))[size[:, 0] > 1e-9]
        points = corners.reshape(-1, 3).astype("<f4")
        attributes = Attributes(
            POSITION=self._accessor(points, VEC3, ARRAY_BUFFER),
            NORMAL=self._accessor(np.repeat(normals, 3, axis=0).astype("<f4"), VEC3, ARRAY_BUFFER),
        )
        indices = self._accessor(np.arange(len(points), dtype="<u2"), SCALAR, ELEMENT_ARRAY_BUFFER)
        return Primitive(attributes=attributes, indices=indices)

    def _accessor(self, values: np.ndarray, kind: str, target: int | None = None) -> int:
        self.blob += bytes(-len(self.blob) % 4)
        content = values.tobytes()
        view = BufferView(buffer=0, byteOffset=len(self.blob), byteLength=len(content), target=target)
        self.gltf.bufferViews.append(view)
        self.blob += content
        columns = values.reshape(len(values), -1)
        self.gltf.accessors.append(
            Accessor(
                bufferView=len(self.gltf.bufferViews) - 1,
                componentType=UNSIGNED_SHORT if values.dtype.kind == "u" else FLOAT,
                count=len(values),
                type=kind,
                min=columns.min(axis=0).tolist(),
                max=columns.max(axis=0).tolist(),
            )
        )
        return len(self.gltf.accessors) - 1


def _stretched(start: np.ndarray, end: np.ndarray) -> dict[str, np.ndarray]:
    """What brings a bone from (0, 0, 0) to (0, 1, 0) to lie from start (N, 3) to end (N, 3)."""
    along = end - start
    length = np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
    x, y, z = (along / length).T
    # The shortest way from +y; where that is undefined, half a turn about x.
    turn = np.stack([z, 0 * y, -x, 1 + y], axis=1)
    turn[1 + y < 1e-6] = (1.0, 0.0, 0.0, 0.0)
    turn /= np.linalg.norm(turn, axis=1, keepdims=True)
    near = np.sign(np.einsum("nc,nc->n", turn[1:], turn[:-1]))
    turn[1:] *= np.cumprod(np.where(near < 0, -1.0, 1.0))[:, None]  # q and -q turn alike: go the short way
    scale = np.concatenate([np.full_like(length, BONE), length, np.full_like(length, BONE)], axis=1)
    return {"translation": start, "rotation": turn, "scale": scale}
