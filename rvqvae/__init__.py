"""RVQ-VAE tokenizers for human motion."""

from rvqvae.checkpoint import Checkpoint, CheckpointError, load_checkpoint, save_checkpoint
from rvqvae.config import RVQVAEConfig
from rvqvae.decoder import MotionDecoder
from rvqvae.encoder import MotionEncoder
from rvqvae.loss import compute_rvq_loss
from rvqvae.model import RVQVAE
from rvqvae.quantizer import QuantizedResult, ResidualVectorQuantizer, VectorQuantizer

__all__ = [
    "RVQVAE",
    "Checkpoint",
    "CheckpointError",
    "MotionDecoder",
    "MotionEncoder",
    "QuantizedResult",
    "RVQVAEConfig",
    "ResidualVectorQuantizer",
    "VectorQuantizer",
    "compute_rvq_loss",
    "load_checkpoint",
    "save_checkpoint",
]
