import pytest

from rvqvae.motion.channels import channel_groups, channel_names
from rvqvae.motion.humanml import CONTACTS, POSITIONS, ROOT, ROTATIONS, VELOCITIES


@pytest.mark.parametrize("width", [1, 31, 251, 263, 623, 668, 4096])
def test_groups_hold_every_channel_once_and_names_differ(width):
    groups = channel_groups(width)
    assert [i for group in groups for i in range(group.first, group.stop)] == list(range(width))
    names = channel_names(width)
    assert len(names) == len(set(names)) == width


def test_known_layouts_have_the_groups_of_humanml3d():
    slices = [slice(group.first, group.stop) for group in channel_groups(263)]
    assert slices == [ROOT, POSITIONS, ROTATIONS, VELOCITIES, CONTACTS]
    assert [group.title for group in channel_groups(623)] == [group.title for group in channel_groups(251)]
    names = channel_names(263)
    assert names[POSITIONS][19 * 3] == "position left wrist x"
    assert names[CONTACTS] == tuple(
        f"contact {side} {j}" for side in ("left", "right") for j in ("ankle", "foot")
    )
    assert channel_names(623)[4 + 21 * 3] == "position left index 1 x"
    assert channel_names(251)[4 + 9 * 3] == "position left wrist x"


def test_nothing_is_claimed_of_an_unknown_layout():
    assert channel_names(668)[137] == "channel 137"
    assert {group.title.split()[0] for group in channel_groups(668)} == {"channels"}
