"""A session of the stepper for tests: lines in, text out."""

import io

import harness
from harness.debug.step.appearance import open_console
from harness.debug.step.guest_output import show_guest_output
from harness.debug.step.interpreter import Interpreter
from harness.debug.step.session import StepSession


class Talk:
    """A session at ``machine``; ``talk("hvc")`` does a line and returns what it says."""

    def __init__(self, machine: harness.Machine, *, guest_output: bool = False) -> None:
        self.machine = machine
        self.out = io.StringIO()
        self.session = StepSession(machine, open_console(self.out))
        if guest_output:
            show_guest_output(machine.events, self.session.say)
        self.interpreter = Interpreter(self.session)

    def __call__(self, *lines: str) -> str:
        self.out.seek(0)
        self.out.truncate()
        for line in lines:
            self.interpreter.do(line)
        return self.out.getvalue()

    @property
    def position(self) -> str:
        return str(self.session.history.position)

    @property
    def pc(self) -> int:
        return self.session.vcpu.cpu.pc
