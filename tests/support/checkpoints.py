"""Small checkpoints of random weights, as files."""

import numpy as np
import torch

from rvqvae import RVQVAE, RVQVAEConfig, save_checkpoint

OPTIONS = {
    "code_dim": 24,
    "dataset_name": "t2m",
    "dilation_growth_rate": 3,
    "down_t": 2,
    "feat_bias": 5,
    "name": "rvq_nq6_test",
    "vq_act": "relu",
    "vq_norm": None,
}


def small(folder, *, width=263, layout="humanml3d", seed=0, **hyperparameters):
    torch.manual_seed(seed)
    settings = {"latent_dim": 8, "hidden_dim": 12, "num_embeddings": 64, **hyperparameters}
    model = RVQVAE(RVQVAEConfig(input_dim=width, **settings)).eval()
    mean, std = np.zeros(width, np.float32), np.full(width, 0.1, np.float32)
    save_checkpoint(folder, model, mean=mean, std=std, name=folder.name, layout=layout)
    return sorted(p for p in folder.iterdir() if p.is_file())


def write_options(path, **options):
    lines = [f"{key}: {value}" for key, value in {**OPTIONS, **options}.items()]
    path.write_text(
        "\n".join(["------------ Options -------------", *lines, "-------------- End ----------------"])
    )


def write_momask(folder, network, **options):
    """A MoMask run's folder; returns its checkpoint."""
    for part in ("model", "meta"):
        (folder / part).mkdir(parents=True)
    width = network.encoder.model[0].in_channels
    write_options(folder / "opt.txt", **options)
    rng = np.random.default_rng(2)
    np.save(folder / "meta" / "mean.npy", rng.normal(size=width))
    np.save(folder / "meta" / "std.npy", rng.uniform(0.01, 2, width))
    content = {
        "vq_model": network.state_dict(),
        "opt_vq_model": {"state": {}, "param_groups": []},
        "ep": 50,
        "total_it": 10_000,
    }
    torch.save(content, folder / "model" / "net_best_fid.tar")
    return folder / "model" / "net_best_fid.tar"


def write_checkpoint(folder, name, seed=0, with_usage=True, **hyperparameters):
    """A small model with random weights; good enough wherever numbers only have to agree."""
    torch.manual_seed(seed)
    config = RVQVAEConfig(latent_dim=16, hidden_dim=24, num_embeddings=64, **hyperparameters)
    model = RVQVAE(config).eval()
    usage = np.random.default_rng(seed).integers(0, 50, (config.num_quantizers, config.num_embeddings))
    save_checkpoint(
        folder / name,
        model,
        mean=np.zeros(263, np.float32),
        std=np.full(263, 0.1, np.float32),
        name=name,
        info={
            "licence": "CC0-1.0",
            "training_data": [{"name": "clips"}],
            "excluded": ["walk", "spinkick", "dance_b", "getup_faceup"],
        },
        usage=usage if with_usage else None,
        energies=np.geomspace(8, 1, config.num_quantizers + 1) if with_usage else None,
    )
