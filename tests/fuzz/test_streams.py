"""Thousands of random guests: none ends in a Python exception, a leak, a hang or a dead process.

``HARNESS_FUZZ_STREAMS=200000 pytest tests/fuzz -n auto`` runs more of them, ``HARNESS_FUZZ_FIRST=1000000`` others;
``python tests/fuzz/run_streams.py SEED 1`` runs the one that a failure names.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import streams
from run_streams import run

BATCHES = 4
STREAMS = int(os.environ.get("HARNESS_FUZZ_STREAMS", "2000")) // BATCHES
FIRST = int(os.environ.get("HARNESS_FUZZ_FIRST", "0"))
HANGS_AFTER_S = 120 + STREAMS
"""A generous bound that only a hang reaches: a guest takes a few ms."""


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_random_guest_harms_the_harness(batch: int) -> None:
    script = Path(streams.__file__).with_name("run_streams.py")
    command = [sys.executable, str(script), str(FIRST + batch * STREAMS), str(STREAMS)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=HANGS_AFTER_S, check=False)
    except subprocess.TimeoutExpired as late:
        pytest.fail(f"hangs: the guest of seed {bytes(late.stdout or b'').decode().split()[-1:]}")
    seeds = done.stdout.split()
    assert done.returncode == 0, f"seed {seeds[-1:]}, exit status {done.returncode}:\n{done.stderr}"
    assert done.stderr == "", "a guest makes the emulator complain"
    assert len(seeds) == STREAMS


def test_a_random_guest_runs_the_same_way_every_time() -> None:
    for seed in range(60):
        assert run(seed, sum_up=True) == run(seed, sum_up=True), f"seed {seed}"
