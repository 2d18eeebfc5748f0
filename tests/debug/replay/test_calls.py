"""Steps over a call and out of a function, forward and back, on guests of the library and on deliberately odd code."""

from collections.abc import Callable
from itertools import pairwise

import pytest

import harness
from harness.debug.replay.arrival import Why
from harness.debug.replay.calls import NoReturnAddress, back_one, back_out, back_over, find_return, out, over
from harness.debug.replay.history import History
from harness.debug.replay.stops import Address, ExceptionTaken

Boot = Callable[..., harness.Machine]


@pytest.mark.parametrize("name", ["hello", "kpti", "mmu"])
def test_back_over_undoes_over(boot: Boot, name: str) -> None:
    with boot(name) as machine:
        history, vcpu = History(machine), machine.vcpu(0)
        main = machine.symbol("kernel_main")
        assert history.forward(Address(main)).why is Why.HIT
        if name != "hello":
            boot_mmu = vcpu.cpu.pc + 4 - machine.symbol("image") + 0xFFFFFF8000000000
            assert history.forward(Address(boot_mmu)).why is Why.HIT
        been = []
        for _ in range(20):
            been.append((history.position, vcpu.cpu.pc, vcpu.cpu.sp))
            if over(history, vcpu).why not in (Why.MOVED, Why.HIT):
                break
        assert any(later[0].instructions - sooner[0].instructions > 10 for sooner, later in pairwise(been)), "a call"
        history.goto(been[-1][0])
        for position, pc, sp in reversed(been[:-1]):
            assert back_over(history, vcpu).why in (Why.MOVED, Why.HIT)
            assert (history.position.instructions, vcpu.cpu.pc, vcpu.cpu.sp) == (position.instructions, pc, sp)


@pytest.mark.parametrize(("name", "start"), [("smp", 28_900), ("kpti", 998_004), ("irq", 1_270)])
def test_back_one_is_what_going_back_on_that_vcpu_is(boot: Boot, name: str, start: int) -> None:
    with boot(name, vcpus=1 if name == "irq" else 2) as machine:
        history = History(machine)
        for vcpu in machine.domain.vcpus:
            history.goto(start)
            for _ in range(12):
                here = history.position
                history.back(1, vcpu.key)
                expected = history.position.instructions
                history.goto(here)
                back_one(history, vcpu)
                assert history.position.instructions == expected


def test_out_ends_right_behind_the_call_and_back_out_on_it(boot: Boot) -> None:
    with boot("kpti", vcpus=2) as machine:
        history = History(machine)
        vcpu = machine.vcpu(0)
        shift = 0xFFFFFF8000000000 - machine.symbol("image")
        for name in ("runstate_read", "ms_to_ticks", "stolen_time", "map_page"):
            history.goto(0)
            history.forward(Address(machine.symbol(name) + shift))
            entry, called = history.position, vcpu.cpu.x[30]
            for inside in (0, 3):
                history.goto(entry)
                history.step(inside, vcpu.key)
                assert out(history, vcpu).hit is not None
                assert vcpu.cpu.pc == called
                history.goto(entry)
                history.step(inside, vcpu.key)
                assert back_out(history, vcpu).hit is not None
                assert vcpu.cpu.pc == called - 4
                assert history.position < entry


def test_out_of_a_handler_is_where_it_was_interrupted_and_back_out_too(boot: Boot) -> None:
    with boot("irq") as machine:
        history = History(machine)
        vcpu = machine.vcpu(0)
        history.forward(ExceptionTaken())
        history.forward(ExceptionTaken())
        vector, interrupted_at = history.position, vcpu.cpu.read_sysreg("ELR_EL1")
        assert find_return(vcpu).from_exception
        back_out(history, vcpu)
        assert vcpu.cpu.pc == interrupted_at
        assert history.position < vector
        for inside in (0, 25):
            history.goto(vector)
            history.step(inside)
            out(history, vcpu)
            assert vcpu.cpu.pc == interrupted_at
            assert history.position > vector


def test_a_function_that_calls_itself_is_left_once(xen_machine) -> None:
    machine = xen_machine(
        """
        #include "lib/kernel.h"
                .text
        kernel_main:
                mov     x0, #5
                bl      count_down
        done:   b       power_off
        count_down:
                stp     x29, x30, [sp, #-32]!
                str     x0, [sp, #16]
        middle: cbz     x0, 1f
                sub     x0, x0, #1
        again:  bl      count_down
        1:      ldr     x0, [sp, #16]
                ldp     x29, x30, [sp], #32
                ret
        #include "lib/end.S"
        """
    )
    history, vcpu = History(machine), machine.vcpu(0)
    middle, again, done = (machine.symbol(name) for name in ("middle", "again", "done"))
    depth = []
    for _ in range(3):
        history.forward(Address(middle))
        depth.append(vcpu.cpu.sp)
    assert depth == [depth[0], depth[0] - 32, depth[0] - 64]
    out(history, vcpu)
    assert (vcpu.cpu.pc, vcpu.cpu.sp) == (again + 4, depth[1])
    back_over(history, vcpu)
    assert (vcpu.cpu.pc, vcpu.cpu.sp) == (again, depth[1])
    over(history, vcpu)
    assert (vcpu.cpu.pc, vcpu.cpu.sp) == (again + 4, depth[1])
    out(history, vcpu)
    out(history, vcpu)
    assert vcpu.cpu.pc == done


def test_where_nothing_tells_the_return_address_it_is_said_so(boot: Boot) -> None:
    with boot("hello") as machine:
        with pytest.raises(NoReturnAddress, match="cannot find out where the function at 0x40000000 returns to"):
            find_return(machine.vcpu(0))
        history = History(machine)
        machine.vcpu(0).cpu.pc = 0x1000
        history.changed()
        with pytest.raises(NoReturnAddress, match="no RET within"):
            out(history, machine.vcpu(0))
