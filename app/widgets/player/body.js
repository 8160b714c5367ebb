// A mannequin around the 22 joints: each part is the hull of a few balls, painted back to front.

const J = {
  pelvis: 0,
  lHip: 1,
  rHip: 2,
  spine1: 3,
  lKnee: 4,
  rKnee: 5,
  spine2: 6,
  lAnkle: 7,
  rAnkle: 8,
  spine3: 9,
  lFoot: 10,
  rFoot: 11,
  neck: 12,
  lCollar: 13,
  rCollar: 14,
  head: 15,
  lShoulder: 16,
  rShoulder: 17,
  lElbow: 18,
  rElbow: 19,
  lWrist: 20,
  rWrist: 21,
};

// [balls: (joint, radius in metres)…], joints whose error colours the part, side.
const PARTS = [
  [
    [
      [J.lHip, 0.085],
      [J.rHip, 0.085],
      [J.pelvis, 0.1],
      [J.spine1, 0.092],
    ],
    [J.pelvis, J.lHip, J.rHip],
    "",
  ],
  [
    [
      [J.spine1, 0.092],
      [J.spine2, 0.1],
      [J.spine3, 0.1],
    ],
    [J.spine1, J.spine2],
    "",
  ],
  [
    [
      [J.spine2, 0.1],
      [J.spine3, 0.112],
      [J.lShoulder, 0.058],
      [J.rShoulder, 0.058],
      [J.neck, 0.05],
    ],
    [J.spine3, J.lCollar, J.rCollar],
    "",
  ],
  [
    [
      [J.neck, 0.046],
      [J.head, 0.05],
    ],
    [J.neck],
    "",
  ],
  [
    [
      [J.lHip, 0.082],
      [J.lKnee, 0.056],
    ],
    [J.lHip, J.lKnee],
    "left",
  ],
  [
    [
      [J.rHip, 0.082],
      [J.rKnee, 0.056],
    ],
    [J.rHip, J.rKnee],
    "right",
  ],
  [
    [
      [J.lKnee, 0.055],
      [J.lAnkle, 0.037],
    ],
    [J.lKnee, J.lAnkle],
    "left",
  ],
  [
    [
      [J.rKnee, 0.055],
      [J.rAnkle, 0.037],
    ],
    [J.rKnee, J.rAnkle],
    "right",
  ],
  [
    [
      [J.lShoulder, 0.05],
      [J.lElbow, 0.038],
    ],
    [J.lShoulder, J.lElbow],
    "left",
  ],
  [
    [
      [J.rShoulder, 0.05],
      [J.rElbow, 0.038],
    ],
    [J.rShoulder, J.rElbow],
    "right",
  ],
  [
    [
      [J.lElbow, 0.038],
      [J.lWrist, 0.026],
    ],
    [J.lElbow, J.lWrist],
    "left",
  ],
  [
    [
      [J.rElbow, 0.038],
      [J.rWrist, 0.026],
    ],
    [J.rElbow, J.rWrist],
    "right",
  ],
];

const HEAD = 0.098;
const sub = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const along = (a, direction, metres) => [
  a[0] + direction[0] * metres,
  a[1] + direction[1] * metres,
  a[2] + direction[2] * metres,
];
const cross = (a, b) => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
function unit(a) {
  const length = Math.hypot(...a) || 1;
  return [a[0] / length, a[1] / length, a[2] / length];
}

/** The direction the chest faces: left shoulder to right and spine upwards span the chest. */
function facing(pose) {
  const across = sub(pose[J.lShoulder], pose[J.rShoulder]);
  const upward = sub(pose[J.neck], pose[J.spine1]);
  return unit(cross(across, upward));
}

function foot(pose, ankle, ball) {
  const direction = unit(sub(pose[ball], pose[ankle]));
  const flat = unit([direction[0], direction[1] * 0.15, direction[2]]);
  return [
    [pose[ankle], 0.036],
    [pose[ball], 0.033],
    [along(pose[ball], flat, 0.06), 0.024],
  ];
}

function hand(pose, elbow, wrist) {
  const direction = unit(sub(pose[wrist], pose[elbow]));
  return [
    [along(pose[wrist], direction, 0.02), 0.031],
    [along(pose[wrist], direction, 0.095), 0.025],
  ];
}

/** A pose, 22 × [x, y, z] metres, as parts {balls: [[centre, radius]…], joints, side, kind}. */
export function bodyParts(pose) {
  const parts = PARTS.map(([balls, joints, side]) => ({
    balls: balls.map(([joint, radius]) => [pose[joint], radius]),
    joints,
    side,
    kind: "limb",
  }));
  const front = facing(pose);
  const crown = unit(sub(pose[J.head], pose[J.neck]));
  const skull = along(along(pose[J.head], crown, 0.065), front, 0.012);
  parts.push(
    {
      balls: foot(pose, J.lAnkle, J.lFoot),
      joints: [J.lAnkle, J.lFoot],
      side: "left",
      kind: "limb",
    },
    {
      balls: foot(pose, J.rAnkle, J.rFoot),
      joints: [J.rAnkle, J.rFoot],
      side: "right",
      kind: "limb",
    },
    {
      balls: hand(pose, J.lElbow, J.lWrist),
      joints: [J.lWrist],
      side: "left",
      kind: "hand",
      letter: "L",
    },
    {
      balls: hand(pose, J.rElbow, J.rWrist),
      joints: [J.rWrist],
      side: "right",
      kind: "hand",
      letter: "R",
    },
    {
      balls: [
        [skull, HEAD],
        [along(skull, crown, 0.045), HEAD * 0.9],
      ],
      joints: [J.head],
      side: "",
      kind: "head",
    },
    {
      balls: [[along(skull, front, 0.095), 0.026]],
      joints: [J.head],
      side: "",
      kind: "nose",
      normal: front,
    },
    {
      balls: [
        [along(along(pose[J.spine3], front, 0.112), crown, 0.045), 0.03],
        [along(pose[J.spine3], front, 0.112), 0.016],
      ],
      joints: [J.spine3],
      side: "",
      kind: "badge",
      normal: front,
    },
  );
  return parts;
}
