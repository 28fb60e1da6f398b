"""All of infra/ applied once, for the tests that look at what AWS would be asked for."""

from __future__ import annotations

import pytest

from tests.production.infra.stand_in import Applied, apply

# The longest name that is allowed, and everything that can be left out.
EVERYTHING = """
name = "a-deployment-of-21-ch"
"""


@pytest.fixture(scope="session")
def applied(tmp_path_factory: pytest.TempPathFactory) -> list[Applied]:
    """What AWS would have been asked for, with all options on and the longest name that is allowed."""
    return apply(tmp_path_factory.mktemp("applied"), EVERYTHING)
