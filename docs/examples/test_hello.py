"""A guest under pytest: the machine is closed after the test, and shown if the test fails."""


def test_hello_says_hello(xen_machine):
    machine = xen_machine("guest_asm/hello.S", abi="vmap")
    machine.run()
    assert machine.console.startswith(b"Hello")
