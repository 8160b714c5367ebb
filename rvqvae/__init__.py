"""RVQ-VAE tokenizers for human motion."""

from rvqvae.checkpoints.checkpoint import Checkpoint, CheckpointError
from rvqvae.checkpoints.loading import load_checkpoint
from rvqvae.checkpoints.pretrained import CheckpointStore
from rvqvae.checkpoints.saving import save_checkpoint
from rvqvae.nn.codebook import VectorQuantizer
from rvqvae.nn.config import RVQVAEConfig
from rvqvae.nn.decoder import MotionDecoder
from rvqvae.nn.encoder import MotionEncoder
from rvqvae.nn.loss import compute_rvq_loss
from rvqvae.nn.model import RVQVAE
from rvqvae.nn.pretrained import use_store
from rvqvae.nn.quantizer import QuantizedResult, ResidualVectorQuantizer

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

use_store(CheckpointStore())
