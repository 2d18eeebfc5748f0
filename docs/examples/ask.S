/* ask.S: what does Xen say to a vm_assist command that does not exist? */
#include "lib/kernel.h"

        .text
kernel_main:
        mov     x0, #9
        mov     x1, #VMASST_TYPE_runstate_update_flag
        hypercall HYPERVISOR_vm_assist
        mov     x19, x0                 // print uses x0 to x17
        print   "vm_assist(9): "
        print_hex x19
        print   "\n"
        b       power_off
#include "lib/end.S"
