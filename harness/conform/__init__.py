"""The conformance suite: rules about what a hypervisor must do for a guest, cases that test them, and verdicts."""
