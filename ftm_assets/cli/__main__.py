"""``python -m ftm_assets.cli``, where the ``ftm`` command is not on the path."""

import sys

from ftm_assets.cli import main

sys.exit(main())
