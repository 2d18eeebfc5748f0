"""The conformance suite's part of ``harness bench``: all rules, on a model and on a real Xen."""

import os
import shutil
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from harness.cli.figure import Figure
from harness.errors import InputError

if TYPE_CHECKING:
    from harness.conform.subject import Subject


def conformance() -> Iterator[Figure]:
    """Measure the whole suite on one model with one worker, and on a real Xen with one worker per CPU."""
    from harness.conform.case_images import load_case
    from harness.conform.catalogue import load_catalogue
    from harness.conform.subject import ModelSubject, identify

    catalogue = load_catalogue()
    for case in catalogue.cases:  # assemble them all first, so that only running them is measured
        load_case(case.source)
    beside = f"{len(catalogue.rules)} rules, {sum(len(case.configurations) for case in catalogue.cases)} boots"
    seconds = min(_seconds(ModelSubject.of("xen-4.17"), 1) for _ in range(3))
    yield Figure("conformance suite, xen-4.17, one worker", f"{seconds:.2f} s", beside)
    if shutil.which("qemu-system-aarch64") is None:
        return
    jobs = os.cpu_count() or 1
    try:
        real = _seconds(identify("xen:4.17"), jobs)
    except InputError as error:
        click.echo(f"harness: no real Xen to compare with: {error}", err=True)
        return
    yield Figure(f"conformance suite, real Xen 4.17, {jobs} workers", f"{real:.1f} s", "the same boots in QEMU")


def _seconds(subject: "Subject", jobs: int) -> float:
    from harness.conform.catalogue import load_catalogue
    from harness.conform.session import Plan, run

    began = time.perf_counter()
    for runs in run(Plan(load_catalogue(), subject), jobs):
        assert all(not each.problem for each in runs), runs
    return time.perf_counter() - began
