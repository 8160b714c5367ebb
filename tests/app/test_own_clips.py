import numpy as np
import pytest

from app.catalog.own_clips import ConvertibleError, read_own_clip
from app.errors import StudioError
from app.workbench.encoded_clip import MAX_FRAMES, most_frames
from rvqvae.motion import LAYOUTS, features_to_joints, write_corpus
from rvqvae.motion.columns import unit_of
from rvqvae.motion.skeleton import HUMANML3D_BODY
from rvqvae.motion.upright import look_at_joints
from tests.motion.test_layouts import body_of


def test_a_visitors_joints_become_a_clip(library, tmp_path):
    joints = features_to_joints(library.clip("walk").features)
    np.save(tmp_path / "stored.npy", joints)
    clip, remark = read_own_clip(tmp_path / "stored.npy", "mine.npy")[:2]
    assert (clip.title, clip.trained, remark) == ("mine", None, "")
    assert read_own_clip(tmp_path / "stored.npy", "mine.npy").told == (
        "22 joints, y is up, metres, taken at 20 fps"
    )
    assert len(clip.features) == len(joints) - 1


def z_up(joints):
    return joints[..., [0, 2, 1]] * [1, -1, 1]


def test_joints_with_z_up_are_turned_when_asked_and_back(connection, library, tmp_path):
    joints = features_to_joints(library.clip("walk").features)
    np.save(tmp_path / "tilted.npy", 100 * z_up(joints))
    write_corpus(tmp_path / "many.npz", [("first", z_up(joints)), ("second", z_up(joints))])

    def send(**command):
        return connection.answer({"number": connection.last_request + 1, "commands": [command]})

    for name in ("tilted.npy", "many.npz"):
        said = send(name="open_file", path=str(tmp_path / name), file_name=name)["notice"]
        assert "22 joints, z is up (in 100% of the frames it stands along z, feet at z = 0)" in said
        offer = connection.visitor.notification
        assert (offer["words"], offer["label"]) == (said, "Mend it: turn it upright")
        lying = connection.visitor.workbench.encoded.clip
        said = send(**offer["command"])["notice"]
        assert "22 joints, y is up" in said
        upright = connection.visitor.workbench.encoded.clip
        assert (upright.key, len(upright.features)) == (lying.key, len(joints) - 1)
        np.testing.assert_allclose(upright.features[:40], library.clip("walk").features[:40], atol=2e-3)
        undo = connection.visitor.notification
        assert (undo["words"], undo["label"]) == (said, "Undo: as it was before")
        assert "z is up" in send(**undo["command"])["notice"]
        np.testing.assert_array_equal(connection.visitor.workbench.encoded.clip.features, lying.features)
    assert "upload it again" in send(name="turn_array", clip="walk", turned=True)["notice"]


def test_a_body_that_lies_is_not_called_z_up(library, tmp_path):
    joints = features_to_joints(library.clip("walk").features)
    more = np.concatenate([z_up(joints), np.repeat(z_up(joints)[:, 20:21], 2, axis=1)], axis=1)
    np.save(tmp_path / "more.npy", more)  # SMPL's 24 joints begin with the body
    assert read_own_clip(tmp_path / "more.npy", "more.npy").mends == ("turn",)
    lies = z_up(joints)
    lies[..., 1] -= lies[..., 1].min(axis=1, keepdims=True)  # along z, on the floor
    hovers, upside_down = z_up(joints + [0, 3, 0]), z_up(joints * [1, -1, -1])
    for name, other in (("lies", lies), ("hovers", hovers), ("upside_down", upside_down)):
        np.save(tmp_path / "other.npy", other)
        own = read_own_clip(tmp_path / "other.npy", "other.npy")
        assert own.mends == (), name
        assert "the body is longest along z: it lies, or z is up; y should be, metres" in own.remark
    for clip in library.clips.values():
        assert look_at_joints(features_to_joints(clip.features), HUMANML3D_BODY, 20.0).mends == ()


@pytest.mark.parametrize("name", [name for name, layout in LAYOUTS.items() if layout.from_positions])
def test_an_array_of_features_says_what_was_found(name, tmp_path):
    layout = LAYOUTS[name]
    joints = body_of(layout, np.random.default_rng(0))
    joints[..., 1] -= joints[..., 1].min()
    for up, height, found in ((0.0, 1, "on the floor"), (0.3, 1, "lowest joint is 30 cm above the floor"),
                              (0.0, 9, "m tall")):  # fmt: skip
        np.save(tmp_path / "clip.npy", layout.from_joints(height * joints + [0, up, 0]))
        own = read_own_clip(tmp_path / "clip.npy", "clip.npy", widths={layout.width})
        words = own.told or own.remark
        assert bool(own.told) == (found == "on the floor")
        assert f"{layout.title} features, {len(layout.skeleton)} joints, {layout.fps:g} fps, " in words
        assert unit_of(layout) in words
        assert found in words


def test_a_long_file_is_cut_with_a_notice(library, tmp_path):
    features = np.tile(library.clip("walk").features, (200, 1))[: MAX_FRAMES + 7]
    np.save(tmp_path / "long.npy", features)
    clip, remark = read_own_clip(tmp_path / "long.npy", "long.npy")[:2]
    assert len(clip.features) == MAX_FRAMES
    assert str(MAX_FRAMES + 7) in remark
    assert str(MAX_FRAMES) in remark


def test_a_bad_file_is_named_as_the_visitor_knows_it(tmp_path):
    np.save(tmp_path / "a1b2.npy", np.zeros((5, 7, 9)))
    with pytest.raises(StudioError, match=r"^mine\.npy: found array of shape \(5, 7, 9\)") as caught:
        read_own_clip(tmp_path / "a1b2.npy", "mine.npy")
    assert str(tmp_path) not in str(caught.value)


def hands(features):
    """HumanML3D features (N, 263) with thirty still joints of the hands: (N, 623)."""
    wide = np.zeros((len(features), 623), np.float32)
    for ours, theirs in ((slice(0, 4 + 63), 0), (slice(67, 193), 157), (slice(193, 259), 463)):
        wide[:, theirs : theirs + ours.stop - ours.start] = features[:, ours]
    wide[:, -4:] = features[:, -4:]
    return wide


def test_features_that_can_be_converted_are_only_converted_when_asked(library, tmp_path):
    features = library.clip("walk").features
    np.save(tmp_path / "whole.npy", hands(features))
    with pytest.raises(ConvertibleError, match=r"\(N, 623\).*It can be converted"):
        read_own_clip(tmp_path / "whole.npy", "whole.npy")
    clip, remark = read_own_clip(tmp_path / "whole.npy", "whole.npy", convert=True)[:2]
    np.testing.assert_array_equal(clip.features, features)
    assert "hands were left out" in remark


def test_the_page_offers_the_conversion_and_does_it(connection, tmp_path):
    np.save(tmp_path / "whole.npy", hands(connection.visitor.library.clip("walk").features))
    ask = {"name": "open_file", "path": str(tmp_path / "whole.npy"), "file_name": "whole.npy"}
    answer = connection.answer({"number": 1, "commands": [ask]})
    offer = answer["views"]["notification"]
    assert offer["kind"] == "offer"
    assert "It can be converted" in offer["words"]
    assert connection.visitor.workbench.encoded.clip.key == "walk"
    answer = connection.answer({"number": 2, "commands": [offer["command"]]})
    assert connection.visitor.workbench.encoded.clip.title == "whole"
    assert "hands were left out" in answer["notice"]


def test_kit_ml_features_can_be_converted_too(tmp_path):
    rng = np.random.default_rng(0)
    features = rng.normal(scale=0.1, size=(30, 251)).astype(np.float32)
    features[:, 3] = 0.9
    np.save(tmp_path / "kit.npy", features)
    with pytest.raises(ConvertibleError, match="KIT-ML features"):
        read_own_clip(tmp_path / "kit.npy", "kit.npy")


def test_features_without_a_conversion_stay_as_they_are(tmp_path):
    np.save(tmp_path / "sign.npy", np.ones((20, 668), np.float32))
    clip, remark = read_own_clip(tmp_path / "sign.npy", "sign.npy")[:2]
    assert (clip.features.shape, clip.fps, remark) == ((20, 668), 30.0, "")
    np.save(tmp_path / "seven.npy", np.ones((5, 7), np.float32))
    assert read_own_clip(tmp_path / "seven.npy", "seven.npy")[0].fps is None


def test_features_that_a_checkpoint_here_takes_are_not_converted(tmp_path):
    np.save(tmp_path / "kit.npy", np.ones((30, 251), np.float32))
    clip, _ = read_own_clip(tmp_path / "kit.npy", "kit.npy", widths={263, 251})[:2]
    assert (clip.width, clip.fps) == (251, 12.5)


def test_wider_features_are_cut_sooner(tmp_path):
    np.save(tmp_path / "long.npy", np.ones((5000, 668), np.float32))
    clip, remark = read_own_clip(tmp_path / "long.npy", "long.npy")[:2]
    assert len(clip.features) == most_frames(668) < 4000
    assert "5000 frames; the first" in remark


def test_joints_of_another_set_say_what_was_done(tmp_path, library):
    joints = features_to_joints(library.clip("walk").features)
    whole = np.concatenate([joints, np.repeat(joints[:, 20:21], 30, axis=1)], axis=1)
    np.save(tmp_path / "hands.npy", whole)
    clip, remark = read_own_clip(tmp_path / "hands.npy", "hands.npy")[:2]
    assert clip.features.shape[1] == 263
    assert remark == "hands.npy: the 30 joints of the hands were left out."
