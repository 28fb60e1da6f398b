"""What the tests of production share: a demo of one quarter, for which AWS's look-alikes take minutes."""

from __future__ import annotations

import pytest

from tests.conftest import demo_of
from tests.support.command import in_a_process
from tests.support.demo import Demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Demo:
    """A quarter of the sample, published. Not to be changed."""
    return demo_of("2023Q1", "2023Q1", in_a_process, tmp_path_factory, worker_id)
