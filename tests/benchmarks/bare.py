"""The convolutions of a network as PyTorch's own modules do them, to hold the network against."""

from torch import nn


def plain(convolution: nn.Conv1d | nn.ConvTranspose1d) -> nn.Module:
    """A convolution with the same settings and weights, of the class that PyTorch has for it."""
    kind, extra = nn.Conv1d, {}
    if isinstance(convolution, nn.ConvTranspose1d):
        kind, extra = nn.ConvTranspose1d, {"output_padding": convolution.output_padding}
    copy = kind(
        convolution.in_channels,
        convolution.out_channels,
        convolution.kernel_size,
        stride=convolution.stride,
        padding=convolution.padding,
        **extra,
    )
    copy.load_state_dict(convolution.state_dict())
    return copy.to(convolution.weight.device)
