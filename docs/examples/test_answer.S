/*
 * harness: abi xen-4.20
 * harness: expect line "xen_version says 0x0000000000040014"
 */
#include "lib/kernel.h"

        .text
kernel_main:
        print   "xen_version says "
        mov     x0, #XENVER_version
        hypercall HYPERVISOR_xen_version
        print_hex x0
        print   "\n"
        b       power_off
#include "lib/end.S"
