"""What Prefect costs: the flow that builds packs on a running server, against the pool of processes it owns alone."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from benchmarks.measure import ROOT

PATIENCE = 300  # seconds for a server that first makes its database


def measure(folder: Path, profiles: list[Path], times: int) -> dict[str, Any]:
    """Build the packs of some profiles with and without a flow; seconds on the clock, the least of several, in one process."""
    with _server(folder) as url:
        environment = {**os.environ, "PREFECT_API_URL": url, "PREFECT_HOME": str(folder / "prefect")}
        command = [sys.executable, "-m", "benchmarks.flow", str(folder / "flow"), str(times), *map(str, profiles)]
        shown = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment).stdout
    found: dict[str, Any] = json.loads(shown.splitlines()[-1])
    return found


def main(output: Path, times: int, profiles: list[Path]) -> None:
    """Measure in this process, which has Prefect loaded, and print what was found."""
    import flows  # noqa: PLC0415 - it reads the environment when it is imported
    from pipeline.build import build_all  # noqa: PLC0415
    from pipeline.profile import CommissioningModel  # noqa: PLC0415
    from pipeline.request import BuildRequest  # noqa: PLC0415

    models = list(CommissioningModel)
    requests = [BuildRequest(profile, model, output, force=True) for profile in profiles for model in models]

    def by_flow(*, force: bool) -> None:
        built = flows.build_pack(profiles=profiles, models=models, output=output, force=force)
        assert all(one.pack is not None for one in built)

    def by_pool() -> None:
        with flows.main_script_hidden():
            assert all(one.pack is not None for one in build_all(requests))

    runs: dict[str, Callable[[], None]] = {
        "pool": by_pool,
        "flow": lambda: by_flow(force=True),
        "nothing to do": lambda: by_flow(force=False),
    }
    by_pool()
    time.sleep(1)
    by_flow(force=False)
    spent: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(times):
        for name, run in runs.items():
            begin = time.perf_counter()
            run()
            spent[name].append(time.perf_counter() - begin)
    print(json.dumps({"packs": len(requests), **{name: min(found) for name, found in spent.items()}}))


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """Start a server of its own on this machine and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PREFECT_HOME": str(folder / "prefect"), "DO_NOT_TRACK": "1"}
    environment |= {"PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    environment.pop("PREFECT_API_URL", None)
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            url = f"http://127.0.0.1:{port}/api"
            _wait(server, url)
            yield url
        finally:
            server.terminate()


def _wait(server: "subprocess.Popen[bytes]", url: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(f"{url}/health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise SystemExit("no Prefect server could be started")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), [Path(one) for one in sys.argv[3:]])
