"""Convert the motion captures inside the `pybullet` package into this project's sample clips.

    pip download --no-deps pybullet
    python assets/make_clips.py pybullet-*.whl

reads the wheel, or a folder it was unzipped into, and writes `assets/clips/`: a (T, 22, 3) float32
array for each clip, and `clips.json`, which says where they come from. README.md beside this file
explains the conversion in words.
"""

import fnmatch
import json
import math
import sys
import zipfile
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from scipy.ndimage import maximum_filter1d, uniform_filter1d
from scipy.spatial.transform import Rotation, Slerp

CLIPS_FOLDER = Path(__file__).parent / "clips"
FPS = 20.0
MINIMUM_LOOP_SECONDS = 4.0
BLEND_SECONDS = 0.4
LIFT_FRAMES = 7
MOTIONS = "pybullet_data/data/motions"
LICENCE = "MIT (the captures, of DeepMimic) and zlib (the package, pybullet)"
ATTRIBUTION = (
    "Motion captures of DeepMimic, copyright (c) 2018 Xue Bin Peng, as distributed with Bullet "
    "Physics by Erwin Coumans and others. Altered: converted to 22 joints at 20 frames a second, "
    "set on the floor, and, where they are cycles, repeated."
)
URDF_SCALE = 0.25  # the URDF is four times life size

# Key frames left out at the start and the end, where a capture jumps within a few hundredths of a
# second: the pelvis lurches ahead in the crawl, and hops back and then sideways in the roll.
CUT = {"crawl": (0, 6), "roll": (7, 4)}
# Clips whose path is straight although hips and shoulders end a few degrees off where they began.
STRAIGHT = {"run", "walk"}
HELD_OUT = {"walk", "spinkick", "dance_b", "getup_faceup"}
TITLES = {
    "backflip": "Backflip",
    "cartwheel": "Cartwheel",
    "crawl": "Crawl",
    "dance_a": "Dance A",
    "dance_b": "Dance B",
    "getup_facedown": "Get up, face down",
    "getup_faceup": "Get up, face up",
    "jump": "Jump",
    "kick": "Kick",
    "punch": "Punch",
    "roll": "Roll",
    "run": "Run",
    "spin": "Spin",
    "spinkick": "Spin kick",
    "walk": "Walk",
}

JOINT_NAMES = [
    "pelvis",
    "left_hip",
    "right_hip",
    "spine1",
    "left_knee",
    "right_knee",
    "spine2",
    "left_ankle",
    "right_ankle",
    "spine3",
    "left_foot",
    "right_foot",
    "neck",
    "left_collar",
    "right_collar",
    "head",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
]

# The capture's bodies, parents first, in the order of a frame's numbers.
PARENTS = {
    "root": None,
    "chest": "root",
    "neck": "chest",
    "right_hip": "root",
    "right_knee": "right_hip",
    "right_ankle": "right_knee",
    "right_shoulder": "chest",
    "right_elbow": "right_shoulder",
    "left_hip": "root",
    "left_knee": "left_hip",
    "left_ankle": "left_knee",
    "left_shoulder": "chest",
    "left_elbow": "left_shoulder",
}
HINGES = {"right_knee", "right_elbow", "left_knee", "left_elbow"}

# Joints that the capture lacks, in metres from the body that carries them (x forward, y up, z to
# the right), placed so that HumanML3D's skeleton, itself taller in the trunk, has the same angles.
PELVIS = np.array([0.0, 0.085, 0.0])  # above the line of the hips
WAIST_HALF = np.array([0.0, 0.0545, 0.0])  # spine1 below and spine2 above the bend of the waist
SPINE3 = np.array([0.0, 0.102, 0.0])
NECK = np.array([0.0, 0.28, 0.0])
COLLAR = np.array([-0.02, 0.2235, 0.07])
HEAD = np.array([0.04, 0.095, 0.0])
FOOT = np.array([0.1335, -0.05, 0.0])  # the front edge of the sole of the capture's foot box


@dataclass(frozen=True)
class Motion:
    """Rotations of the capture's bodies over time.

    Attributes
    ----------
    times : (F,) seconds, from 0
    root : (F, 3) metres, y up
    rotations : for each body of PARENTS, F rotations relative to its parent
    """

    times: np.ndarray
    root: np.ndarray
    rotations: dict[str, Rotation]

    @property
    def seconds(self) -> float:
        return float(self.times[-1])

    def at(self, times: np.ndarray) -> "Motion":
        """The motion at `times` (T,): positions between frames are linear, rotations spherical."""
        root = np.stack([np.interp(times, self.times, axis) for axis in self.root.T], axis=1)
        rotations = {body: Slerp(self.times, r)(times) for body, r in self.rotations.items()}
        return Motion(times, root, rotations)

    def cut(self, start: int, end: int) -> "Motion":
        """The motion without its first `start` and last `end` frames."""
        kept = slice(start, len(self.times) - end)
        rotations = {body: rotation[kept] for body, rotation in self.rotations.items()}
        return Motion(self.times[kept] - self.times[start], self.root[kept], rotations)


def read_motion(text: str) -> tuple[Motion, bool]:
    """Read a `humanoid3d_*.txt` file: the motion, and whether its end leads into its beginning."""
    document = json.loads(text)
    frames = np.array(document["Frames"])
    # A frame's first number is the time to the next one, so the last frame's means nothing.
    times = np.concatenate([[0.0], np.cumsum(frames[:-1, 0])])
    rotations = {}
    column = 4
    for body in PARENTS:
        if body in HINGES:
            rotations[body] = Rotation.from_rotvec(frames[:, column, None] * [0.0, 0.0, 1.0])
            column += 1
        else:
            quaternions = frames[:, column : column + 4]
            rotations[body] = Rotation.from_quat(quaternions, scalar_first=True)
            column += 4
    return Motion(times, frames[:, 1:4], rotations), document["Loop"] == "wrap"


def read_offsets(urdf: str) -> dict[str, np.ndarray]:
    """Where each body is attached to its parent, in metres: x forward, y up, z to the right."""
    robot = ElementTree.fromstring(urdf.rstrip("\0"))
    return {
        joint.get("name"): URDF_SCALE * np.array(joint.find("origin").get("xyz").split(), float)
        for joint in robot.iter("joint")
    }


def attach_joints(offsets: dict[str, np.ndarray]) -> dict[str, tuple[str, str, np.ndarray]]:
    """For each joint but the pelvis: its parent, the body it turns with, its offset in that body.

    Offsets are in metres. The body "waist" takes half of the chest's bend.
    """
    chest = offsets["chest"]
    bones = {
        "spine1": ("pelvis", "root", chest - WAIST_HALF - PELVIS),
        "spine2": ("spine1", "waist", 2 * WAIST_HALF),
        "spine3": ("spine2", "chest", SPINE3 - WAIST_HALF),
        "neck": ("spine3", "chest", NECK - SPINE3),
        "head": ("neck", "neck", HEAD),
    }
    for side, mirror in (("left", [1, 1, -1]), ("right", [1, 1, 1])):
        hip, knee, ankle = f"{side}_hip", f"{side}_knee", f"{side}_ankle"
        shoulder, elbow, wrist = f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist"
        collar = COLLAR * mirror
        bones |= {
            hip: ("pelvis", "root", offsets[hip] - PELVIS),
            knee: (hip, hip, offsets[knee]),
            ankle: (knee, knee, offsets[ankle]),
            f"{side}_foot": (ankle, ankle, FOOT),
            f"{side}_collar": ("spine3", "chest", collar - SPINE3),
            shoulder: (f"{side}_collar", "chest", offsets[shoulder] - collar),
            elbow: (shoulder, shoulder, offsets[elbow]),
            wrist: (elbow, elbow, offsets[wrist]),
        }
    return {name: bones[name] for name in JOINT_NAMES[1:]}


def to_joints(motion: Motion, offsets: dict[str, np.ndarray]) -> np.ndarray:
    """Positions (T, 22, 3) of the joints, in the capture's coordinates."""
    turned = {"root": motion.rotations["root"]}
    for body, parent in PARENTS.items():
        if parent is not None:
            turned[body] = turned[parent] * motion.rotations[body]
    turned["waist"] = turned["root"] * fraction(motion.rotations["chest"], 0.5)

    joints = {"pelvis": motion.root + turned["root"].apply(PELVIS)}
    for name, (parent, body, offset) in attach_joints(offsets).items():
        joints[name] = joints[parent] + turned[body].apply(offset)
    return np.stack([joints[name] for name in JOINT_NAMES], axis=1)


def fraction(rotation: Rotation, amount: float | np.ndarray) -> Rotation:
    """`rotation` carried out by `amount` (a number, or (T,)): 0 is not at all, 1 is the whole."""
    return Rotation.from_rotvec(np.asarray(amount)[..., None] * rotation.as_rotvec())


def heading(joints: np.ndarray) -> float:
    """Radians about +y from +z to where a body (22, 3) faces, by its hips and shoulders."""
    at = dict(zip(JOINT_NAMES, joints, strict=True))
    across = at["right_hip"] - at["left_hip"] + at["right_shoulder"] - at["left_shoulder"]
    return math.atan2(across[2], -across[0])


def about_y(angle: float | np.ndarray) -> Rotation:
    """Rotation by `angle` radians (a number, or (T,)) about the vertical."""
    return Rotation.from_rotvec(np.asarray(angle)[..., None] * [0.0, 1.0, 0.0])


def mismatch(motion: Motion, turn: float) -> dict[str, Rotation]:
    """What takes each body's first rotation to its last, but for a change of heading by `turn`."""
    first = {body: rotation[0] for body, rotation in motion.rotations.items()}
    last = {body: rotation[-1] for body, rotation in motion.rotations.items()}
    last["root"] = about_y(-turn) * last["root"]
    return {body: first[body].inv() * last[body] for body in PARENTS}


def repeat(motion: Motion, cycles: int, turn: float) -> Motion:
    """The motion `cycles` times in a row at FPS, each cycle going on from where the last one ended.

    The path and the heading, which changes by `turn` radians in each cycle, add up. Whatever else
    differs between the last pose and the first fades out early in the next cycle.
    """
    times = np.arange(math.floor(cycles * motion.seconds * FPS + 1e-6) + 1) / FPS
    cycle = np.minimum(times // motion.seconds, cycles - 1).astype(int)
    since_seam = times - cycle * motion.seconds
    now = motion.at(since_seam)
    rest = np.clip(1 - since_seam / BLEND_SECONDS, 0, 1) * (cycle > 0)
    rest = rest**2 * (3 - 2 * rest)

    step = motion.root[-1] - motion.root[0]
    along = about_y(turn * np.arange(cycles)).apply(step * [1, 0, 1])
    starts = np.cumsum(along, axis=0) - along
    root = starts[cycle] + about_y(turn * cycle).apply(now.root - motion.root[0])
    root[:, 1] += motion.root[0, 1] + rest * step[1]

    rotations = {
        body: now.rotations[body] * fraction(change, rest) for body, change in mismatch(motion, turn).items()
    }
    rotations["root"] = about_y(turn * cycle) * rotations["root"]
    return Motion(times, root, rotations)


def stand_on_floor(joints: np.ndarray) -> np.ndarray:
    """Raise (T, 22, 3) so that its lowest point is at y = 0, without letting one bad moment decide.

    The floor is where the body's lowest joint is in the lowest quarter of the frames. Where a joint
    sinks below it, the whole body is raised, smoothly in time.
    """
    lowest = joints[..., 1].min(axis=1)
    sunk = np.maximum(np.percentile(lowest, 25) - lowest, 0)
    lift = uniform_filter1d(maximum_filter1d(sunk, LIFT_FRAMES), LIFT_FRAMES)
    raised = joints + lift[:, None, None] * [0.0, 1.0, 0.0]
    return raised - raised[..., 1].min() * np.array([0.0, 1.0, 0.0])


def make_clip(name: str, text: str, offsets: dict[str, np.ndarray]) -> tuple[np.ndarray, dict]:
    """The clip of one file: joints (T, 22, 3), and what the manifest tells about their making."""
    motion, loops = read_motion(text)
    cut = CUT.get(name, (0, 0))
    motion = motion.cut(*cut)
    cycles = math.ceil(MINIMUM_LOOP_SECONDS / motion.seconds) if loops else 1
    first, last = to_joints(motion, offsets)[[0, -1]]
    turn = 0.0 if name in STRAIGHT else math.remainder(heading(last) - heading(first), math.tau)

    joints = to_joints(repeat(motion, cycles, turn), offsets)
    joints = joints - joints[0, 0] * [1, 0, 1]
    joints = about_y(-heading(joints[0])).apply(joints.reshape(-1, 3)).reshape(joints.shape)
    # To a hundredth of a millimetre, so that another processor's rounding writes the same file.
    joints = stand_on_floor(joints).round(5).astype(np.float32)

    changes = [change.magnitude() for change in mismatch(motion, turn).values()]
    making = {
        "cycles": cycles,
        "cycle_seconds": round(motion.seconds, 4),
        "seam_degrees": round(math.degrees(max(changes))) if cycles > 1 else 0,
        "cut_frames": list(cut),
    }
    return joints, making


def read_files(package: Path, pattern: str) -> dict[str, str]:
    """Texts of the files whose path in a wheel or an unzipped one matches `pattern`, by name."""
    if package.is_dir():
        found = {path.name: path.read_bytes() for path in package.glob(pattern)}
    else:
        with zipfile.ZipFile(package) as wheel:
            names = fnmatch.filter(wheel.namelist(), pattern)
            found = {Path(name).name: wheel.read(name) for name in names}
    if not found:
        sys.exit(f"{package} has no {pattern}: give the wheel that pip download pybullet gets.")
    return {name: content.decode() for name, content in found.items()}


def make_clips(package: Path, folder: Path) -> None:
    """Write every clip and the manifest into `folder`."""
    [metadata] = read_files(package, "pybullet-*.dist-info/METADATA").values()
    [urdf] = read_files(package, "pybullet_data/humanoid/humanoid.urdf").values()
    captures = read_files(package, f"{MOTIONS}/humanoid3d_*.txt")
    about = message_from_string(metadata)
    offsets = read_offsets(urdf)

    clips = []
    for name, title in TITLES.items():
        file = f"humanoid3d_{name}.txt"
        joints, making = make_clip(name, captures[file], offsets)
        np.save(folder / f"{name}.npy", joints)
        clips.append(
            {
                "name": name,
                "title": title,
                "frames": len(joints),
                "seconds": len(joints) / FPS,
                **making,
                "source": f"{about['Name']} {about['Version']}, {MOTIONS}/{file}",
                "licence": LICENCE,
                "trained": name not in HELD_OUT,
            }
        )
    manifest = {
        "fps": FPS,
        "joints": JOINT_NAMES,
        "source": {
            "package": about["Name"],
            "version": about["Version"],
            "url": f"https://pypi.org/project/{about['Name']}/{about['Version']}/",
        },
        "licence": LICENCE,
        "attribution": ATTRIBUTION,
        "clips": clips,
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    (folder / "clips.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).exists():
        sys.exit("Usage: python assets/make_clips.py WHEEL_OR_FOLDER (of the package pybullet)")
    make_clips(Path(sys.argv[1]), CLIPS_FOLDER)
