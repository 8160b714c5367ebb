"""Where the models run: long clips on the GPU of a ZeroGPU Space, or on the CPU where none is to be had."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from app.catalog import devices
from rvqvae.motion import read_clips

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "checkpoints" / "motion-rvq"


@pytest.fixture
def zero_gpu(monkeypatch):
    """`app.catalog.devices` as on a ZeroGPU Space, and what its decorator was given."""
    package = ModuleType("spaces")
    package.decorated, package.asked, package.refusal = [], [], None

    def decorate(function):
        package.decorated.append(function.__name__)

        def lent(source, features):
            package.asked.append(len(features))
            if package.refusal:
                raise package.refusal
            checkpoint = devices.load(source)
            return devices.encode(checkpoint, source, features[: devices.ZERO_GPU_FRAMES - 1]).numpy()

        return lent

    package.GPU = decorate
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "spaces", package)
        patch.setenv("SPACES_ZERO_GPU", "true")
        importlib.reload(devices)
        yield package
    importlib.reload(devices)


def clip_of(frames):
    walk = next(clip for clip in read_clips(ROOT / "assets" / "clips") if clip.name == "walk")
    return np.resize(walk.features, (frames, 263))


def test_long_clips_go_to_the_lent_gpu_and_short_ones_do_not(zero_gpu):
    checkpoint = devices.load(FOLDER)
    assert zero_gpu.decorated == ["encode_on_zero_gpu"]
    assert checkpoint.device.type == "cpu"
    assert "ZeroGPU" in devices.device_label()
    devices.encode(checkpoint, FOLDER, clip_of(devices.ZERO_GPU_FRAMES - 1))
    assert zero_gpu.asked == []
    devices.encode(checkpoint, FOLDER, clip_of(devices.ZERO_GPU_FRAMES))
    assert zero_gpu.asked == [devices.ZERO_GPU_FRAMES]


def test_without_a_gpu_to_be_had_the_cpu_does_it(zero_gpu, caplog):
    zero_gpu.refusal = RuntimeError("You have exceeded your GPU quota")
    checkpoint, features = devices.load(FOLDER), clip_of(devices.ZERO_GPU_FRAMES)
    latent = devices.encode(checkpoint, FOLDER, features)
    expected = checkpoint.model.encode_to_latent(checkpoint.normalize(features)[None])[0]
    assert torch.equal(latent, expected)
    assert "exceeded your GPU quota" in caplog.text


def test_elsewhere_there_is_no_zero_gpu():
    assert not devices.ZERO_GPU
    assert "ZeroGPU" not in devices.device_label()
