"""BVH files of the skeletons that common programs write."""


def with_names(skeleton, frames=61):
    """A BVH of a skeleton given as (name, parent's name, offset), standing still but for its root."""
    children = {}
    for name, parent, offset in skeleton:
        children.setdefault(parent, []).append((name, offset))

    def lines(name, offset, root):
        channels = "6 Xposition Yposition Zposition Zrotation Xrotation Yrotation"
        yield f"{'ROOT' if root else 'JOINT'} {name}"
        yield "{"
        yield "OFFSET " + " ".join(map(str, offset))
        yield "CHANNELS " + (channels if root else "3 Zrotation Xrotation Yrotation")
        for child in children.get(name, []):
            yield from lines(*child, False)
        if name not in children:
            yield from ("End Site", "{", "OFFSET 0 0 3", "}")
        yield "}"

    (root,) = children[None]
    rows = [[0, 90 + 0.1 * t, t / 4] + [0.0] * (3 * len(skeleton)) for t in range(frames)]
    text = "\n".join(["HIERARCHY", *lines(*root, True), "MOTION", f"Frames: {len(rows)}"])
    table = "\n".join(" ".join(map(str, row)) for row in rows)
    return f"{text}\nFrame Time: {1 / 60:.7f}\n{table}\n"


def body(names, spine):
    """A T-pose skeleton: names of pelvis, hips…; {} is replaced by the side."""
    side = names["side"]
    skeleton = [(names["root"], None, (0, 0, 0))] if "root" in names else []
    top = names.get("root")
    skeleton.append((names["pelvis"], top, (0, 0, 0)))
    above = names["pelvis"]
    for joint in spine:
        skeleton.append((joint, above, (0, 12, 0)))
        above = joint
    skeleton += [(names["neck"], above, (0, 20, 0)), (names["head"], names["neck"], (0, 10, 0))]
    for which, sign in zip(side, (1, -1), strict=True):
        leg = [names[part].format(which) for part in ("hip", "knee", "ankle", "foot")]
        arm = [names[part].format(which) for part in ("collar", "shoulder", "elbow", "wrist")]
        legs = [(sign * 10, -5, 0), (0, -40, 0), (0, -40, 0), (0, -5, 12)]
        arms = [(sign * 5, 15, 0), (sign * 12, 0, 0), (sign * 28, 0, 0), (sign * 25, 0, 0)]
        chains = zip([names["pelvis"], *leg], leg, legs, strict=False)
        skeleton += [(child, parent, offset) for parent, child, offset in chains]
        chains = zip([above, *arm], arm, arms, strict=False)
        skeleton += [(child, parent, offset) for parent, child, offset in chains]
    return skeleton


def signer():
    """A T-pose skeleton of 53 joints, for `with_names`, with fingers as motion capture of signs has them:
    the thumb is Finger0, 01 and 02, the index finger Finger1, 11 and 12."""
    chest = [("Hips", None, (0, 0, 0)), ("Chest", "Hips", (0, 10, -1))]
    chest += [(f"Chest{n + 1}", f"Chest{n if n > 1 else ''}", (0, 10, 0)) for n in (1, 2, 3)]
    skeleton = [*chest, ("Neck", "Chest4", (0, 13, 0)), ("Head", "Neck", (0, 10, 0))]
    for side, sign in (("Right", -1), ("Left", 1)):
        arm = [("Collar", (3, 8, 0)), ("Shoulder", (15, 0, 0)), ("Elbow", (30, 0, 0)), ("Wrist", (25, 0, 0))]
        leg = [("Hip", (8, 0, 0)), ("Knee", (0, -40, 0)), ("Ankle", (0, -40, 0)), ("Toe", (0, -8, 18))]
        limbs = [("Chest4", arm), ("Hips", leg)]
        for finger in range(5):
            bones = [(9, 0, 2 - finger), (4, 0, 0), (3, 0, 0)]
            ends = [f"Finger{finger}{end}" for end in ("", "1", "2")]
            limbs.append((f"{side}Wrist", list(zip(ends, bones, strict=True))))
        for above, limb in limbs:
            for name, (x, y, z) in limb:
                skeleton.append((side + name, above, (sign * x, y, z)))
                above = side + name
    return skeleton


CONVENTIONS = {
    "CMU": (
        {
            "side": ("Left", "Right"), "pelvis": "Hips", "neck": "Neck", "head": "Head", "hip": "{}UpLeg",
            "knee": "{}Leg", "ankle": "{}Foot", "foot": "{}ToeBase", "collar": "{}Shoulder",
            "shoulder": "{}Arm", "elbow": "{}ForeArm", "wrist": "{}Hand",
        },
        ["LowerBack", "Spine", "Spine1"],
    ),
    "Mixamo": (
        {
            "side": ("Left", "Right"), "pelvis": "mixamorig:Hips", "neck": "mixamorig:Neck",
            "head": "mixamorig:Head", "hip": "mixamorig:{}UpLeg", "knee": "mixamorig:{}Leg",
            "ankle": "mixamorig:{}Foot", "foot": "mixamorig:{}ToeBase", "collar": "mixamorig:{}Shoulder",
            "shoulder": "mixamorig:{}Arm", "elbow": "mixamorig:{}ForeArm", "wrist": "mixamorig:{}Hand",
        },
        ["mixamorig:Spine", "mixamorig:Spine1", "mixamorig:Spine2"],
    ),
    "Bandai-Namco": (
        {
            "side": ("L", "R"), "root": "joint_Root", "pelvis": "Hips", "neck": "Neck", "head": "Head",
            "hip": "UpperLeg_{}", "knee": "LowerLeg_{}", "ankle": "Foot_{}", "foot": "Toes_{}",
            "collar": "Shoulder_{}", "shoulder": "UpperArm_{}", "elbow": "LowerArm_{}", "wrist": "Hand_{}",
        },
        ["Spine", "Chest"],
    ),
    "3ds Max biped": (
        {
            "side": ("L", "R"), "root": "Bip01", "pelvis": "Bip01 Pelvis", "neck": "Bip01 Neck",
            "head": "Bip01 Head", "hip": "Bip01 {} Thigh", "knee": "Bip01 {} Calf", "ankle": "Bip01 {} Foot",
            "foot": "Bip01 {} Toe0", "collar": "Bip01 {} Clavicle", "shoulder": "Bip01 {} UpperArm",
            "elbow": "Bip01 {} Forearm", "wrist": "Bip01 {} Hand",
        },
        ["Bip01 Spine", "Bip01 Spine1"],
    ),
    "Reallusion": (
        {
            "side": ("L", "R"), "root": "CC_Base_Hip", "pelvis": "CC_Base_Pelvis",
            "neck": "CC_Base_NeckTwist01", "head": "CC_Base_Head", "hip": "CC_Base_{}_Thigh",
            "knee": "CC_Base_{}_Calf", "ankle": "CC_Base_{}_Foot", "foot": "CC_Base_{}_ToeBase",
            "collar": "CC_Base_{}_Clavicle", "shoulder": "CC_Base_{}_Upperarm",
            "elbow": "CC_Base_{}_Forearm", "wrist": "CC_Base_{}_Hand",
        },
        ["CC_Base_Waist", "CC_Base_Spine01", "CC_Base_Spine02"],
    ),
    "SMPL": (
        {
            "side": ("left", "right"), "pelvis": "pelvis", "neck": "neck", "head": "head", "hip": "{}_hip",
            "knee": "{}_knee", "ankle": "{}_ankle", "foot": "{}_foot", "collar": "{}_collar",
            "shoulder": "{}_shoulder", "elbow": "{}_elbow", "wrist": "{}_wrist",
        },
        ["spine1", "spine2", "spine3"],
    ),
}  # fmt: skip


def write(path, *changes):
    """A BVH of CMU's names, some of them changed; it turns, so that its features are not still."""
    names, spine = CONVENTIONS["CMU"]
    text = with_names(body(names, spine))
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text)
    return path
