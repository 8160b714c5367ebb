"""`python -m rvqvae COMMAND`; see `rvqvae.cli.main`."""

import sys

from rvqvae.cli.main import main

sys.exit(main())
