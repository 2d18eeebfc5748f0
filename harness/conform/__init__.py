"""What a hypervisor must do for a guest, and who says so: rules, cases, verdicts, and a real Xen to ask."""
