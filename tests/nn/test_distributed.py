import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from rvqvae import ResidualVectorQuantizer, RVQVAEConfig
from rvqvae.nn.blocks import ValidBatchNorm1d, valid_frames
from rvqvae.nn.distributed import gather_rows, leave_group, sum_across_ranks
from tests.support.state import state_of

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
    leave_group()


def gather_rank(rank, store, results):
    start_group(rank, store)
    rows = torch.full((3 if rank == 0 else 1, 2), float(rank))
    torch.save(gather_rows(rows), f"{results}/{rank}.pt")
    leave_group()


def normalise_rank(rank, store, results):
    start_group(rank, store)
    norm = seeded_norm()
    part = slice(0, 3) if rank == 0 else slice(3, 8)
    rows, mask = masked_rows()
    own = rows[part].requires_grad_()
    y = norm(own, mask[part])
    (y * wanted()[part]).sum().backward()
    gradients = [sum_across_ranks(p.grad) for p in norm.parameters()]
    torch.save(
        [y.detach(), own.grad, *gradients, norm.running_mean, norm.running_var], f"{results}/{rank}.pt"
    )
    leave_group()


def seeded_norm():
    torch.manual_seed(1)
    norm = ValidBatchNorm1d(4)
    torch.nn.init.normal_(norm.weight)
    torch.nn.init.normal_(norm.bias)
    return norm


def masked_rows():
    generator = torch.Generator().manual_seed(2)
    lengths = torch.tensor([6, 1, 3, 6, 2, 6, 4, 5])
    return 3 + torch.randn(8, 4, 6, generator=generator), valid_frames(lengths, 6)


def wanted():
    return torch.randn(8, 4, 6, generator=torch.Generator().manual_seed(3))


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


def test_clips_of_different_number_and_length_are_normalised_as_in_one_process(tmp_path):
    first, second = run_ranks(normalise_rank, tmp_path)
    norm, (rows, mask) = seeded_norm(), masked_rows()
    rows.requires_grad_()
    y = norm(rows, mask)
    (y * wanted()).sum().backward()
    for together, alone in zip(zip(first[:2], second[:2], strict=True), (y, rows.grad), strict=True):
        torch.testing.assert_close(torch.cat(together), alone.detach(), atol=1e-5, rtol=1e-5)
    shared = [p.grad for p in norm.parameters()] + [norm.running_mean, norm.running_var]
    for own, other, alone in zip(first[2:], second[2:], shared, strict=True):
        torch.testing.assert_close(own, alone, atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(other, alone, atol=1e-5, rtol=1e-5)


def test_rows_of_different_number_are_gathered_in_rank_order(tmp_path):
    for rows in run_ranks(gather_rank, tmp_path):
        assert rows.tolist() == [[0, 0], [0, 0], [0, 0], [1, 1]]
