/*
 * The order in which interrupts are seen when there are more of them than list registers, and what becomes of those
 * that are disabled or prioritised anew on their way; and the interrupts of devices.
 */
#include "include/taken.S"

#define SGIS            0xffff
#define DEVICE_SPI      34              /* in dom0 the board's clock, and its bit in the second word */
#define DEVICE_BIT      (1 << 2)

    .text
kernel_main:
    bl      sweep_init
    add     x26, x26, #GICR_PRIVATE
    enable  SGIS
    bl      more_than_fit
    bl      inversion
    bl      disabled_on_the_way
    bl      of_a_device
    b       sweep_end

/* What a guest sees that takes one after the other without a trap. */
more_than_fit:
    stp     x29, x30, [sp, #-16]!
    sweep_rule "GIC-046"
    sweep_word "sixteen_of_one_priority"
    raise   SGIS
    bl      take_all
    sweep_word "sixteen_in_falling_order"
    prioritise 0, 0xd8e0e8f0
    prioritise 4, 0xb8c0c8d0
    prioritise 8, 0x98a0a8b0
    prioritise 12, 0x78808890
    raise   SGIS
    bl      take_all
    sweep_word "twelve_then_a_trap_after_two"
    raise   0xfff
    mrs     x5, ICC_IAR1_EL1
    msr     ICC_EOIR1_EL1, x5
    mrs     x6, ICC_IAR1_EL1
    msr     ICC_EOIR1_EL1, x6
    mrs     x7, ICC_HPPIR1_EL1
    bl      trap
    sweep_say x5
    sweep_say x6
    sweep_say x7
    bl      take_all
    ldp     x29, x30, [sp], #16
    ret

/* Two arrive at once, 5 more and 4 less urgent than 3, for whose register alone there is room. */
inversion:
    stp     x29, x30, [sp, #-16]!
    prioritise 0, 0x30000000
    prioritise 4, 0x00001838
    raise   7                           // 0 to 2 are active and keep their registers ...
    mrs     x5, ICC_IAR1_EL1
    msr     ICC_AP1R0_EL1, xzr          // ... but mask nothing
    mrs     x5, ICC_IAR1_EL1
    msr     ICC_AP1R0_EL1, xzr
    mrs     x5, ICC_IAR1_EL1
    msr     ICC_AP1R0_EL1, xzr
    raise   8
    raise   0x30
    mrs     x3, ICC_HPPIR1_EL1
    wfi
    mrs     x4, ICC_HPPIR1_EL1
    bl      trap
    mrs     x5, ICC_HPPIR1_EL1
    bl      trap
    mrs     x6, ICC_HPPIR1_EL1
    sweep_rule "GIC-047"
    sweep_word "after_both_came"
    sweep_say x3
    sweep_word "after_WFI"
    sweep_say x4
    sweep_word "after_a_trap"
    sweep_say x5
    sweep_word "after_another_trap"
    sweep_say x6
    mov     x0, #2                      // EOImode 1: deactivate 0 to 2
    msr     ICC_CTLR_EL1, x0
    mov     x0, #0
    msr     ICC_DIR_EL1, x0
    mov     x0, #1
    msr     ICC_DIR_EL1, x0
    mov     x0, #2
    msr     ICC_DIR_EL1, x0
    msr     ICC_CTLR_EL1, xzr
    bl      take_all
    prioritise 0, 0
    prioritise 4, 0
    ldp     x29, x30, [sp], #16
    ret

disabled_on_the_way:
    stp     x29, x30, [sp, #-16]!
    sweep_rule "GIC-048"
    sweep_word "in_a_list_register"
    raise   1
    disable 1
    see
    bl      take_all
    enable  1
    sweep_word "while_it_waits"
    raise   0x1f
    disable 0x10
    bl      take_all
    see
    sweep_word "enabled_again"
    enable  0x10
    bl      take_all
    sweep_word "raised_while_active"
    raise   1
    mrs     x5, ICC_IAR1_EL1
    raise   1
    sweep_say x5
    msr     ICC_EOIR1_EL1, x5
    see
    bl      take_all
    sweep_word "raised_while_active_and_disabled"
    raise   1
    mrs     x5, ICC_IAR1_EL1
    disable 1
    raise   1
    msr     ICC_EOIR1_EL1, x5
    bl      trap
    see
    enable  1
    see
    bl      take_all
    sweep_word "prioritised_anew_while_pending"
    raise   2
    prioritise 0, 0xe0
    raise   1
    prioritise 0, 0xf000
    see
    bl      take_all
    ldp     x29, x30, [sp], #16
    ret

/* In dom0 it is pending at the board's controller first, and a second time only once it was deactivated. */
of_a_device:
    stp     x29, x30, [sp, #-16]!
    sweep_rule "GIC-049"
    sweep_word "raised_then_enabled"
    raise   DEVICE_BIT, x25, 4
    see
    enable  DEVICE_BIT, x25, 4
    see
    sweep_word "raised_while_active"
    mrs     x5, ICC_IAR1_EL1
    raise   DEVICE_BIT, x25, 4
    bl      trap
    sweep_say x5
    see
    msr     ICC_EOIR1_EL1, x5
    see
    bl      take_all
    sweep_word "routed_while_pending"
    raise   DEVICE_BIT, x25, 4
    mov     x1, #1
    bl      route_device
    see
    mov     x1, #0
    bl      route_device
    bl      take_all
    ldr     x0, [x2]
    sweep_say x0
    disable DEVICE_BIT, x25, 4
    ldp     x29, x30, [sp], #16
    ret
route_device:
    mov     x2, #(IROUTER + 8 * DEVICE_SPI)
    add     x2, x25, x2
    str     x1, [x2]
    ret

    .ltorg
#include "lib/end.S"
