"""HumanML3D's own 263 features of a frame: where its columns lie, from joints, and back to joints.

| columns | count | meaning |
|---|---|---|
| 0 | 1 | yaw velocity of the root: half the turn to the next frame, radians a frame |
| 1-2 | 2 | x and z velocity of the root in the next frame's heading, metres a frame |
| 3 | 1 | root height, metres |
| 4-66 | 21 x 3 | joint positions, horizontally relative to the root, heading removed, metres |
| 67-192 | 21 x 6 | joint rotations, first two columns of each matrix |
| 193-258 | 22 x 3 | joint velocities in the frame's heading, metres a frame |
| 259-262 | 4 | foot contacts: left ankle, left foot, right ankle, right foot |

`rvqvae.motion.form` computes them.
"""

from rvqvae.motion.form import ROOT_HEIGHT, ROOT_VELOCITY, YAW_VELOCITY, root_heading
from rvqvae.motion.layouts import HUMANML3D

__all__ = ["ROOT_HEIGHT", "ROOT_VELOCITY", "YAW_VELOCITY", "root_heading"]

NUM_FEATURES = HUMANML3D.width
ROOT = HUMANML3D.blocks.root
POSITIONS = HUMANML3D.blocks.positions
ROTATIONS = HUMANML3D.blocks.rotations
VELOCITIES = HUMANML3D.blocks.velocities
CONTACTS = HUMANML3D.blocks.contacts
CONTACT_JOINTS = list(HUMANML3D.skeleton.contacts)
GROUPS = HUMANML3D.blocks.scales

joints_to_features = HUMANML3D.from_joints
features_to_joints = HUMANML3D.to_joints
