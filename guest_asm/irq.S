/*
 * irq: interrupts through the interrupt controller.
 *
 * The virtual timer interrupts the vCPU while it waits, and while it spins; then it sends itself software
 * generated interrupts: one is held back by the priority mask, two come in the order of their priorities,
 * and one interrupts the handler of a less urgent one.  Xen masks the timer when it delivers its interrupt
 * (CNTV_CTL_EL0 = 7): a guest that wants the next interrupt has to unmask it.
 */
#include "lib/boot.S"
#include "lib/vectors.S"
#include "lib/time.S"
#include "lib/gic.S"

#define TIMER           GUEST_TIMER_VIRT_PPI
#define URGENT          2
#define ORDINARY        1
#define NESTING         3
#define URGENT_PRIORITY 0x80
#define WAIT_MS         1

    .bss
    .balign 8
taken:                                  // how many interrupts there were
    .space  8

    .text
kernel_main:
    address x0, vectors
    msr     vbar_el1, x0
    set_handler VECTOR_EL1_IRQ, on_interrupt
    bl      gic_init
    mov     x0, #TIMER
    mov     x1, #DEFAULT_PRIORITY
    bl      gic_enable
    mov     x0, #URGENT
    mov     x1, #URGENT_PRIORITY
    bl      gic_enable
    mov     x0, #ORDINARY
    mov     x1, #DEFAULT_PRIORITY
    bl      gic_enable
    mov     x0, #NESTING
    mov     x1, #DEFAULT_PRIORITY
    bl      gic_enable
    msr     daifclr, #2

    print   "irq: waiting\n"
    mov     x0, #WAIT_MS
    bl      arm_timer
    wfi
    print   "irq: spinning\n"
    mov     x0, #WAIT_MS
    bl      arm_timer
    mov     x0, #2
    bl      wait_for

    print   "irq: masked by priority\n"
    mov     x0, #URGENT_PRIORITY        // nothing less urgent than this, nor itself
    msr     ICC_PMR_EL1, x0
    mov     x0, #URGENT
    bl      send
    print   "irq: unmasked\n"
    mov     x0, #LOWEST_PRIORITY
    msr     ICC_PMR_EL1, x0
    mov     x0, #3
    bl      wait_for

    print   "irq: two at once\n"
    msr     daifset, #2
    mov     x0, #ORDINARY
    bl      send
    mov     x0, #URGENT
    bl      send
    msr     daifclr, #2
    mov     x0, #5
    bl      wait_for

    print   "irq: one in the other's handler\n"
    mov     x0, #NESTING
    bl      send
    mov     x0, #8
    bl      wait_for
    print   "irq: done\n"
    b       power_off

/* Sends software generated interrupt x0 to this vCPU, number 0. */
send:
    lsl     x0, x0, #ICC_SGI1R_INTID_SHIFT
    orr     x0, x0, #1                  // the target list
    msr     ICC_SGI1R_EL1, x0
    isb
    ret

/* Waits until x0 interrupts have been taken. */
wait_for:
    address x1, taken
1:  ldr     x2, [x1]
    cmp     x2, x0
    b.lo    1b
    ret

/* The handler of interrupts, on the stack of the interrupted code.  x0 = the frame. */
on_interrupt:
    stp     x19, x30, [sp, #-32]!
    stp     x20, x21, [sp, #16]
    mrs     x19, ICC_IAR1_EL1           // acknowledged: it is active, and holds off what is not more urgent
    mrs     x20, ICC_RPR_EL1
    print   "irq: took "
    print_unsigned x19
    print   " at priority "
    print_hex x20
    cmp     x19, #TIMER
    b.ne    1f
    mrs     x21, cntv_ctl_el0
    print   ", CNTV_CTL_EL0 = "
    print_unsigned x21
    msr     cntv_ctl_el0, xzr
1:  print   "\n"
    cmp     x19, #NESTING
    b.ne    2f
    mrs     x20, elr_el1                // the next exception overwrites both
    mrs     x21, spsr_el1
    msr     daifclr, #2
    mov     x0, #ORDINARY
    bl      send
    mov     x0, #URGENT
    bl      send
    msr     daifset, #2
    msr     elr_el1, x20
    msr     spsr_el1, x21
    print   "irq: end of the handler that was interrupted\n"
2:  address x0, taken
    ldr     x1, [x0]
    add     x1, x1, #1
    str     x1, [x0]
    msr     ICC_EOIR1_EL1, x19
    isb
    ldp     x20, x21, [sp, #16]
    ldp     x19, x30, [sp], #32
    ret

#include "lib/end.S"
