"""The Motion-S network as it is described, built from torch.nn alone: what the loader is measured against."""

import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, input_dim, hidden_dim, latent_dim, num_layers, strides):
        super().__init__()
        widths = [input_dim] + [hidden_dim] * (num_layers - 1) + [latent_dim]
        layers = []
        for i in range(num_layers):
            layers.append(nn.Conv1d(widths[i], widths[i + 1], 3, stride=strides[i], padding=1))
            layers.append(nn.ReLU())
            layers.append(nn.BatchNorm1d(widths[i + 1]))
        self.encoder = nn.Sequential(*layers)

    def forward(self, x):
        return self.encoder(x)


class Decoder(nn.Module):
    def __init__(self, output_dim, hidden_dim, latent_dim, num_layers, strides):
        super().__init__()
        widths = [latent_dim] + [hidden_dim] * (num_layers - 1) + [output_dim]
        layers = []
        for i in range(num_layers):
            layers.append(
                nn.ConvTranspose1d(
                    widths[i],
                    widths[i + 1],
                    3,
                    stride=strides[i],
                    padding=1,
                    output_padding=strides[i] - 1,
                )
            )
            if i < num_layers - 1:
                layers.append(nn.ReLU())
                layers.append(nn.BatchNorm1d(widths[i + 1]))
        self.decoder = nn.Sequential(*layers)

    def forward(self, z):
        return self.decoder(z)


class Quantizer(nn.Module):
    def __init__(self, latent_dim, num_embeddings):
        super().__init__()
        self.register_buffer("embedding", torch.randn(latent_dim, num_embeddings))
        self.register_buffer("cluster_size", torch.rand(num_embeddings) * 5)
        self.register_buffer("embedding_avg", torch.randn(latent_dim, num_embeddings))

    def forward(self, residual):
        flat = residual.permute(0, 2, 1).reshape(-1, residual.shape[1])
        distances = (
            flat.pow(2).sum(1, keepdim=True)
            - 2 * flat @ self.embedding
            + self.embedding.pow(2).sum(0, keepdim=True)
        )
        indices = distances.argmin(1)
        codes = self.embedding.t()[indices].view(residual.shape[0], -1, residual.shape[1])
        return codes.permute(0, 2, 1), indices.view(residual.shape[0], -1)


class Residual(nn.Module):
    def __init__(self, num_quantizers, latent_dim, num_embeddings):
        super().__init__()
        self.quantizers = nn.ModuleList(Quantizer(latent_dim, num_embeddings) for _ in range(num_quantizers))


class Original(nn.Module):
    """The whole network."""

    def __init__(
        self,
        input_dim=20,
        hidden_dim=24,
        latent_dim=16,
        num_layers=4,
        ratio=4,
        num_quantizers=6,
        num_embeddings=32,
    ):
        super().__init__()
        halvings = ratio.bit_length() - 1
        strides = [2] * halvings + [1] * (num_layers - halvings)
        self.encoder = Encoder(input_dim, hidden_dim, latent_dim, num_layers, strides)
        self.rvq = Residual(num_quantizers, latent_dim, num_embeddings)
        self.decoder = Decoder(input_dim, hidden_dim, latent_dim, num_layers, strides)

    def settle(self, steps=5, frames=64):
        """Give BatchNorm statistics that are not 0 and 1, weights that matter, and codes near latents."""
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                nn.init.normal_(parameter, std=0.2)
        width = self.encoder.encoder[0].weight.shape[1]
        self.train()
        with torch.no_grad():
            for _ in range(steps):
                latent = self.encoder(torch.randn(8, width, frames))
                self.decoder(latent)
        self.eval()
        with torch.no_grad():
            residual = self.encoder(torch.randn(64, width, frames))
            for quantizer in self.rvq.quantizers:
                rows = residual.permute(0, 2, 1).flatten(0, 1)
                picks = torch.randperm(len(rows))[: quantizer.embedding.shape[1]]
                # Smaller than what it quantizes: else a few codes of small norm would win every time.
                quantizer.embedding.copy_(0.6 * rows[picks].t())
                residual = residual - quantizer(residual)[0]
        return self

    @torch.no_grad()
    def tokens(self, x):
        """(Q, n) tokens of one normalised clip (1, D, N)."""
        residual, rows = self.encoder(x), []
        for quantizer in self.rvq.quantizers:
            codes, indices = quantizer(residual)
            residual = residual - codes
            rows.append(indices[0])
        return torch.stack(rows)

    @torch.no_grad()
    def decode(self, tokens, layers):
        """(1, D, N) reconstruction from the first `layers` rows of tokens (Q, n)."""
        chosen = zip(self.rvq.quantizers[:layers], tokens, strict=False)
        return self.decoder(sum(quantizer.embedding[:, row] for quantizer, row in chosen)[None])
