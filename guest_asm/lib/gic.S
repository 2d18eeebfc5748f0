/*
 * The interrupt controller (GICv3; Arm IHI 0069): enough to take interrupts on one vCPU.
 *
 * Xen gives every domU the same addresses (abi.h); dom0 sees those of the board, here QEMU's virt.  These
 * registers are not memory: a guest calls these functions with its MMU off, or maps the registers first.
 */
#ifndef GUEST_GIC_S
#define GUEST_GIC_S

#include "hypercall.h"

/* System registers of the CPU interface, by encoding: their names differ between assemblers. */
#define ICC_PMR_EL1     S3_0_C4_C6_0
#define ICC_RPR_EL1     S3_0_C12_C11_3
#define ICC_SGI1R_EL1   S3_0_C12_C11_5
#define ICC_IAR1_EL1    S3_0_C12_C12_0
#define ICC_EOIR1_EL1   S3_0_C12_C12_1
#define ICC_IGRPEN1_EL1 S3_0_C12_C12_7

#define ICC_SGI1R_INTID_SHIFT 24

/* Offsets in the distributor, and in a redistributor. */
#define GICD_CTLR               0x0000
#define GICD_CTLR_EnableGrp1A   (1 << 1)
#define GICR_PRIVATE            0x10000 /* the second frame of a redistributor: SGIs and PPIs */
#define GICR_ISENABLER0         0x0100
#define GICR_IPRIORITYR0        0x0400

#define DEFAULT_PRIORITY        0xa0    /* the lower the number, the more urgent */
#define LOWEST_PRIORITY         0xf8    /* of those that the CPU interface tells apart */

    .bss
    .balign 8
is_dom0:
    .space  8

    .text
/* Turns on distributor and CPU interface, so that enabled interrupts are delivered.  Spoils x0 to x3. */
gic_init:
    stp     xzr, x30, [sp, #-16]!       // struct xen_feature_info: submap 0
    mov     x0, #XENVER_get_features
    mov     x1, sp
    hypercall HYPERVISOR_xen_version
    ldr     w0, [sp, #xen_feature_info_submap]
    ubfx    x0, x0, #XENFEAT_dom0, #1
    address x1, is_dom0
    str     x0, [x1]
    ldr     x1, =BOARD_GICD_BASE
    ldr     x2, =GUEST_GICD_BASE
    cmp     x0, #0
    csel    x0, x1, x2, ne
    mov     w1, #GICD_CTLR_EnableGrp1A
    str     w1, [x0, #GICD_CTLR]
    mov     x0, #LOWEST_PRIORITY
    msr     ICC_PMR_EL1, x0
    mov     x0, #1
    msr     ICC_IGRPEN1_EL1, x0
    isb
    ldp     xzr, x30, [sp], #16
    ret

/* x0 = this vCPU's redistributor.  Spoils x1 and x2. */
gic_redistributor:
    address x0, is_dom0
    ldr     x0, [x0]
    ldr     x1, =BOARD_GICR_BASE
    ldr     x2, =GUEST_GICV3_GICR0_BASE
    cmp     x0, #0
    csel    x0, x1, x2, ne
    mrs     x1, tpidr_el1
    add     x0, x0, x1, lsl #17         // each has two frames of 64 KiB
    ret

/* x0 = the private interrupt that Xen uses for events.  Spoils x1. */
gic_event_interrupt:
    address x0, is_dom0
    ldr     x1, [x0]
    cmp     x1, #0
    mov     x0, #GUEST_EVTCHN_PPI
    mov     x1, #BOARD_EVTCHN_PPI
    csel    x0, x1, x0, ne
    ret

/* Enables private interrupt x0 with priority x1.  Spoils x0 to x4. */
gic_enable:
    mov     x3, x0
    mov     x4, x1
    stp     x29, x30, [sp, #-16]!
    bl      gic_redistributor
    add     x1, x0, #(GICR_PRIVATE >> 12), lsl #12
    add     x2, x1, #GICR_IPRIORITYR0
    strb    w4, [x2, x3]
    mov     w2, #1
    lsl     w2, w2, w3
    str     w2, [x1, #GICR_ISENABLER0]
    ldp     x29, x30, [sp], #16
    ret
    .ltorg

#endif
