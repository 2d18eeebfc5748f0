/*
 * hvm_op: a domain's parameters by index, which the builder of the domain has set, and who may read whose.
 */
#include "include/conformance.h"
#include "include/argument.S"

#define NO_DOMAIN       77
#define PARAM_PAE       4               /* HVM_PARAM_PAE_ENABLED, x86's */
#define NR_PARAMS       39              /* more than any release knows */
#define VALUE           xen_hvm_param_value

/* x0 = the operation on a parameter. */
.macro param operation:req, index:req, domain=DOMID_SELF
    lay     ((\index << 32) + \domain), FILL
    ask     HYPERVISOR_hvm_op, \operation
.endm
.macro report_param id:req, more:vararg
    param   \more
    report  "\id", "result", x0
.endm
/* Reports the result and the value that was written. */
.macro report_value id:req, index:req
    param   HVMOP_get_param, \index
    mov     x19, x0
    after   x20, VALUE
    rule    "\id"
    say     "result", x19
    say_hex "value", x20
    end_rule
.endm

    .text
kernel_main:
    bl      boot_mmu
    map_argument_alone
    bl      values
    bl      refusals
    bl      of_whom
    b       power_off
    .ltorg

values:
    str     x30, [sp, #-16]!
    // The value's top byte is its kind: 2 is a PPI, with flags above its number.  The number depends on the board.
    param   HVMOP_get_param, HVM_PARAM_CALLBACK_IRQ
    mov     x19, x0
    after   x20, VALUE
    lsr     x21, x20, #56
    ubfx    x22, x20, #8, #8
    rule    "PRV-030"
    say     "result", x19
    say     "kind", x21
    say     "flags", x22
    end_rule
    written x20, VALUE
    report  "PRV-031", "written", x20
    report_value "PRV-032", HVM_PARAM_STORE_PFN
    report_value "PRV-033", HVM_PARAM_CONSOLE_EVTCHN
    ldr     x30, [sp], #16
    ret
    .ltorg

refusals:
    str     x30, [sp, #-16]!
    report_param "PRV-034", HVMOP_set_param, HVM_PARAM_CALLBACK_IRQ
    report_param "PRV-035", HVMOP_get_param, HVM_PARAM_MONITOR_RING_PFN
    report_param "PRV-036", HVMOP_get_param, PARAM_PAE
    report_param "PRV-037", HVMOP_get_param, NR_PARAMS
    report_param "PRV-038", HVMOP_set_param, NR_PARAMS
    ask     HYPERVISOR_hvm_op, HVMOP_get_param, (ARGUMENT_END - 8)
    report  "PRV-039", "result", x0
    report_param "PRV-040", 99, HVM_PARAM_STORE_PFN
    report_param "PRV-041", (0x100000000 + HVMOP_get_param), HVM_PARAM_STORE_PFN
    ask     HYPERVISOR_hvm_op, HVMOP_guest_request_vm_event, 0
    report  "PRV-042", "result", x0
    ask     HYPERVISOR_hvm_op, HVMOP_guest_request_vm_event
    report  "PRV-043", "result", x0
    ldr     x30, [sp], #16
    ret
    .ltorg

of_whom:
    str     x30, [sp, #-16]!
    report_param "PRV-044", HVMOP_get_param, HVM_PARAM_STORE_PFN, NO_DOMAIN
    report_param "PRV-045", HVMOP_get_param, HVM_PARAM_STORE_PFN, 0
    report_param "PRV-046", HVMOP_get_param, NR_PARAMS, NO_DOMAIN
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
