/* answer.S: what hypervisor is this? */
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
