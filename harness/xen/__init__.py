"""The hypervisor: domains, vCPUs, p2m, runstate, scheduling, ABI models and hypercalls, as Xen on Arm has them."""
