"""These tests get a stand-in for WRDS, and an environment from which the real one can't be reached."""

from tests.fakes.wrds.fixtures import new_process, nobodys_environment, postgres, wrds_data, wrds_server  # noqa: F401
