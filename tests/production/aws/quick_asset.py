"""What stands in for Dagster's image where only the state machine is tested: ``ftm run QUARTER --only ASSET`` in 50 ms.

``FTM_TEST_QUICK_ASSETS`` says how, as JSON with ``QUARTER ASSET`` or ``ASSET`` for keys: ``{"exit": 1}``,
``{"until": "file"}``, to wait for that file; ``{"sleep": 60}``, ``{"sleep_once": 60}``, which only the first container
does;
``{"real": true}``: what the image would do.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path


def main() -> int:
    print("asked to", " ".join(sys.argv[1:]), flush=True)
    first, *_, asset = sys.argv[3:]
    orders = json.loads(os.environ.get("FTM_TEST_QUICK_ASSETS") or "{}")
    order = orders.get(f"{first} {asset}") or orders.get(asset) or {}
    if order.get("real"):
        from ftm_assets.cli import main as ftm

        del sys.argv[0]
        return ftm()
    while "until" in order and not Path(order["until"]).exists():
        time.sleep(0.02)
    time.sleep(order.get("sleep", 0))
    if "sleep_once" in order and not (slept := Path(f"slept-{first}-{asset}")).exists():
        slept.touch()
        time.sleep(order["sleep_once"])
    return int(order.get("exit", 0))


if __name__ == "__main__":
    sys.exit(main())
