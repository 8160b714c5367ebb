"""MoMask's and T2M-GPT's networks, put together from their published structure with torch.nn alone.

What is reproduced: the names of the tensors, a strided convolution of kernel 4 before the residual blocks of
each encoder stage, blocks before a nearest upsampling and a convolution in each decoder stage, and the widest
dilation first on both sides.
"""

import torch
from torch import nn

ACTIVATIONS = {"relu": nn.ReLU, "silu": nn.SiLU, "gelu": nn.GELU}


class Block(nn.Module):
    def __init__(self, width, dilation, activation):
        super().__init__()
        self.act = ACTIVATIONS[activation]()
        self.conv1 = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation)
        self.conv2 = nn.Conv1d(width, width, 1)

    def forward(self, x):
        return self.conv2(self.act(self.conv1(self.act(x)))) + x


class Blocks(nn.Module):
    def __init__(self, width, depth, growth, activation):
        super().__init__()
        dilations = sorted((growth**power for power in range(depth)), reverse=True)
        self.model = nn.Sequential(*(Block(width, d, activation) for d in dilations))

    def forward(self, x):
        return self.model(x)


class Side(nn.Module):
    """Encoder or decoder: a sequence under the name `model`."""

    def __init__(self, *layers):
        super().__init__()
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x)


class Codebook(nn.Module):
    def __init__(self, codes, dim):
        super().__init__()
        self.register_buffer("codebook", torch.zeros(codes, dim))


class Network(nn.Module):
    def __init__(
        self,
        features=263,
        width=32,
        dim=24,
        codes=40,
        quantizers=6,
        stages=2,
        depth=3,
        growth=3,
        activation="relu",
    ):
        super().__init__()
        blocks = (depth, growth, activation)
        self.encoder = Side(
            nn.Conv1d(features, width, 3, padding=1),
            nn.ReLU(),
            *(
                nn.Sequential(nn.Conv1d(width, width, 4, stride=2, padding=1), Blocks(width, *blocks))
                for _ in range(stages)
            ),
            nn.Conv1d(width, dim, 3, padding=1),
        )
        self.decoder = Side(
            nn.Conv1d(dim, width, 3, padding=1),
            nn.ReLU(),
            *(
                nn.Sequential(
                    Blocks(width, *blocks),
                    nn.Upsample(scale_factor=2, mode="nearest"),
                    nn.Conv1d(width, width, 3, padding=1),
                )
                for _ in range(stages)
            ),
            nn.Conv1d(width, width, 3, padding=1),
            nn.ReLU(),
            nn.Conv1d(width, features, 3, padding=1),
        )
        if quantizers is None:
            self.quantizer = Codebook(codes, dim)
        else:
            self.quantizer = nn.Module()
            self.quantizer.layers = nn.ModuleList(Codebook(codes, dim) for _ in range(quantizers))

    @property
    def codebooks(self):
        if hasattr(self.quantizer, "codebook"):
            return [self.quantizer.codebook]
        return [layer.codebook for layer in self.quantizer.layers]

    @torch.no_grad()
    def settle(self):
        """Codes that lie near latents, so that tokens vary in every layer."""
        for parameter in self.parameters():
            if parameter.ndim == 3:
                nn.init.kaiming_normal_(parameter, nonlinearity="relu")
        residual = self.encoder(torch.randn(64, self.encoder.model[0].in_channels, 64))
        for codebook in self.codebooks:
            rows = residual.transpose(1, 2).flatten(0, 1)
            codebook.copy_(0.6 * rows[torch.randperm(len(rows))[: len(codebook)]])
            indices = torch.cdist(rows, codebook).argmin(1)
            picked = codebook[indices].unflatten(0, (residual.shape[0], -1))
            residual = residual - picked.transpose(1, 2)
        return self.eval()

    @torch.no_grad()
    def tokens(self, x):
        """(Q, n) of one normalised clip (1, D, N)."""
        rest, rows = self.encoder(x)[0].t(), []
        for codebook in self.codebooks:
            distance = (rest**2).sum(1, keepdim=True) - 2 * rest @ codebook.t() + (codebook**2).sum(1)
            rows.append(distance.argmin(1))
            rest = rest - codebook[rows[-1]]
        return torch.stack(rows)

    @torch.no_grad()
    def decode(self, tokens, layers):
        """(1, D, N) from the first `layers` rows of tokens (Q, n)."""
        pairs = zip(self.codebooks[:layers], tokens, strict=False)
        return self.decoder(sum(codebook[row] for codebook, row in pairs).t()[None])
