import pytest

from rvqvae import RVQVAEConfig


def test_defaults_are_the_published_values():
    config = RVQVAEConfig()
    published = {
        "input_dim": 263,
        "output_dim": 263,
        "latent_dim": 256,
        "hidden_dim": 512,
        "num_layers": 4,
        "downsampling_ratio": 4,
        "num_quantizers": 6,
        "num_embeddings": 512,
        "commitment_cost": 1.0,
        "decay": 0.99,
        "quantization_dropout": 0.2,
        "global_weight": 1.5,
        "commitment_weight": 0.02,
        "velocity_weight": 2.0,
    }
    assert {k: getattr(config, k) for k in published} == published
    assert config.strides == (2, 2, 1, 1)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"downsampling_ratio": 3}, "must be a power of two"),
        ({"downsampling_ratio": 32}, "can be at most 16"),
        ({"downsampling_ratio": 0}, "1 or more"),
        ({"latent_dim": 0}, "latent_dim is 0; it must be a whole number of 1 or more"),
        ({"input_dim": -1}, "1 or more"),
        ({"num_embeddings": 2.5}, "whole number"),
        ({"num_quantizers": True}, "whole number"),
        ({"decay": 1.0}, "below 1"),
        ({"quantization_dropout": 1.5}, "between 0 and 1"),
        ({"commitment_cost": float("nan")}, "between"),
        ({"decay": "fast"}, "must be a number"),
    ],
)
def test_impossible_values_are_refused_with_what_is_allowed(values, sentence):
    with pytest.raises(ValueError, match=sentence):
        RVQVAEConfig(**values)


@pytest.mark.parametrize(("layers", "ratio"), [(1, 1), (1, 2), (3, 8), (4, 16)])
def test_every_ratio_up_to_the_layers_is_allowed(layers, ratio):
    strides = RVQVAEConfig(num_layers=layers, downsampling_ratio=ratio).strides
    assert len(strides) == layers
    product = 1
    for stride in strides:
        product *= stride
    assert product == ratio


def test_dictionary_round_trip_and_unknown_fields():
    config = RVQVAEConfig(input_dim=668, num_quantizers=3)
    assert RVQVAEConfig.from_dict(config.to_dict()) == config
    with pytest.raises(ValueError, match=r"unknown hyperparameters \['colour'\]"):
        RVQVAEConfig.from_dict({"colour": 1})
