"""What `train` can be told beside the described training."""

import pytest
import torch

from rvqvae import ResidualVectorQuantizer, RVQVAEConfig, load_checkpoint
from rvqvae.cli.main import main
from rvqvae.nn.dilated import DilatedRVQVAE
from rvqvae.training.data import read_source
from rvqvae.training.loop import Trainer
from rvqvae.training.settings import TrainingSettings
from tests.support.paths import CLIPS

SMALL = ["--hidden-dim", "16", "--latent-dim", "8", "--num-embeddings", "16", "--num-quantizers", "2"]
SHORT = ["--steps", "3", "--interval", "3", "--batch-size", "4", "--window", "32", "--device", "cpu"]


def train(out, *options):
    return main(["train", "--data", str(CLIPS / "run.npy"), "--out", str(out), *SMALL, *SHORT, *options])


def test_the_dilated_family_trains_resumes_and_starts_another_run(tmp_path):
    assert train(tmp_path / "a", "--family", "dilated", "--depth", "2") == 0
    trained = load_checkpoint(tmp_path / "a" / "best", "cpu")
    assert isinstance(trained.model, DilatedRVQVAE)
    assert trained.config.depth == 2
    assert train(tmp_path / "a", "--family", "dilated", "--depth", "2", "--resume") == 0
    assert train(tmp_path / "b", "--init", str(tmp_path / "a" / "best"), "--learning-rate", "0") == 0
    assert load_checkpoint(tmp_path / "b" / "best", "cpu").config.depth == 2


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--depth", "2"], "the family motion-s has no such hyperparameter"),
        (["--family", "dilated", "--depth", "2", "--init"], "is of the family motion-s, not dilated"),
    ],
)
def test_a_family_that_does_not_fit_is_refused(tmp_path, capsys, options, sentence):
    if options[-1] == "--init":
        assert train(tmp_path / "plain") == 0
        options = [*options, str(tmp_path / "plain" / "best")]
    assert train(tmp_path / "refused", *options) == 2
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "refused").exists()


def test_the_average_of_the_weights_is_what_is_saved(tmp_path):
    decay = 0.75
    run = Trainer(
        RVQVAEConfig(latent_dim=8, hidden_dim=16, num_embeddings=16, num_quantizers=2),
        TrainingSettings(steps=4, interval=4, batch_size=4, window=32, warmup=1, weight_average=decay),
        [read_source(str(CLIPS / "run.npy"))],
        {},
        tmp_path / "run",
        device="cpu",
    )
    expected = None
    for _ in range(3):
        run.train_step()
        bias = run.model.decoder.state_dict()
        bias = {k: v.clone() for k, v in bias.items() if v.is_floating_point()}
        expected = expected or bias
        expected = {k: decay * expected[k] + (1 - decay) * bias[k] for k in bias}
    averaged = run.checkpoint().model.decoder.state_dict()
    for key, value in expected.items():
        torch.testing.assert_close(averaged[key], value)
    assert any(not torch.equal(averaged[k], v) for k, v in bias.items())


def test_without_kmeans_the_first_codes_are_vectors_of_the_batch():
    config = RVQVAEConfig(latent_dim=4, num_embeddings=16, num_quantizers=1, kmeans_iterations=0)
    layer = ResidualVectorQuantizer(config).layers[0]
    rows = torch.randn(100, 4)
    layer.initialize(rows)
    assert (layer.codes[:, None] == rows).all(2).any(1).all()
