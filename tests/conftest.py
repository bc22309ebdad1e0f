"""What all tests share: packs built once for a session, goldens that can be rewritten, system programs that may be missing."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pipeline.pack import Mode
from pipeline.profile import CommissioningModel
from tests.fixtures.packs import LOCALITIES, Built
from tests.fixtures.programs import PROGRAMS, program

os.environ["PACKS_CACHE"] = "off"  # tests leave nothing in a user's folders; those of the cache name one of their own
settings.register_profile("tests", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden from what is built now")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a program of the system where it is not installed, unless PACKS_REQUIRE_SYSTEM_DEPS=1 forbids that."""
    if os.environ.get("PACKS_REQUIRE_SYSTEM_DEPS") == "1":
        return
    for marker, (name, _) in PROGRAMS.items():
        if program(marker) is None:
            for item in items:
                if item.get_closest_marker(marker):
                    item.add_marker(pytest.mark.skip(reason=f"{name} is not installed; make system-deps installs it"))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Built]:
    """Give a locality's draft pack, built the first time it is asked for."""
    from pipeline.build import build_pack
    from pipeline.request import BuildRequest

    output = tmp_path_factory.mktemp("output")
    packs: dict[tuple[str, str], Built] = {}

    def build(locality: str, model: str) -> Built:
        if (locality, model) not in packs:
            request = BuildRequest(LOCALITIES / f"{locality}.yaml", CommissioningModel(model), output=output, mode=Mode.DRAFT)
            packs[locality, model] = Built(build_pack(request))
        return packs[locality, model]

    return build


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder of the test's own the current one, so that the default output folder is there."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
