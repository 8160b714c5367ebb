import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from rvqvae import ResidualVectorQuantizer, RVQVAEConfig
from rvqvae.distributed import gather_rows
from tests.conftest import state_of

CONFIG = RVQVAEConfig(
    latent_dim=8,
    num_embeddings=32,
    num_quantizers=3,
    quantization_dropout=0.5,
    dead_code_threshold=0.5,  # high, so that codes are replaced within a few steps
)
STEPS = 6


def batches():
    generator = torch.Generator().manual_seed(7)
    return [torch.randn(4, 8, 10, generator=generator) for _ in range(STEPS)]


def train(quantizer, part):
    for batch in batches():
        quantizer(batch[part])
    return state_of(quantizer)


def start_group(rank, store):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=2)


def train_rank(rank, store, results):
    start_group(rank, store)
    torch.manual_seed(0)
    quantizer = ResidualVectorQuantizer(CONFIG)
    torch.manual_seed(100 * rank)  # ranks draw differently; rank 0's draws must count
    state = train(quantizer, slice(2 * rank, 2 * rank + 2))
    torch.save(state, f"{results}/{rank}.pt")
    dist.destroy_process_group()


def gather_rank(rank, store, results):
    start_group(rank, store)
    rows = torch.full((3 if rank == 0 else 1, 2), float(rank))
    torch.save(gather_rows(rows), f"{results}/{rank}.pt")
    dist.destroy_process_group()


def run_ranks(function, folder):
    mp.spawn(function, (folder / "store", folder), nprocs=2)
    return [torch.load(folder / f"{rank}.pt", weights_only=True) for rank in range(2)]


def test_two_ranks_with_half_batches_learn_the_codebooks_of_one_process(tmp_path):
    first, second = run_ranks(train_rank, tmp_path)
    torch.manual_seed(0)
    quantizer = ResidualVectorQuantizer(CONFIG)
    torch.manual_seed(0)
    single = train(quantizer, slice(None))
    assert first.keys() == single.keys()
    for name, value in single.items():
        assert torch.equal(first[name], second[name]), name
        torch.testing.assert_close(first[name], value, atol=1e-5, rtol=1e-5, msg=name)


def test_rows_of_different_number_are_gathered_in_rank_order(tmp_path):
    for rows in run_ranks(gather_rank, tmp_path):
        assert rows.tolist() == [[0, 0], [0, 0], [0, 0], [1, 1]]
