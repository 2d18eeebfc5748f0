/*
 * What becomes of a vCPU's interrupts that another vCPU disables, routes and prioritises anew while it does not run;
 * and what it finds when it was off.
 */
#include "include/taken.S"
#include "include/turns.S"

#define SGIS            0xffff
#define SPI             40              /* one that no device is behind, and its bit in the second word */
#define SPI_BIT         (1 << 8)

    .bss
    .balign 8
frames:                                 // the distributor, and vCPU 0's private frame
    .space  16

    .text
kernel_main:
    bl      sweep_init
    add     x26, x26, #GICR_PRIVATE
    address x0, frames
    stp     x25, x26, [x0]
    msr     tpidr_el1, xzr
    enable  SGIS
    bl      by_another_vcpu
    bl      off_and_on
    b       sweep_end

/* vCPU 1 waits while vCPU 0 sends, disables, prioritises and routes. */
by_another_vcpu:
    stp     x29, x30, [sp, #-16]!
    bl      turns_begin                 // vCPU 1 has enabled its SGIs and gives the turn back
    mov     x0, #1
    add     x24, x26, x0, lsl #GICR_NEXT_SHIFT
    raise   0xf, x24
    disable 0x6, x24
    bl      hand_over                   // GIC-050, disabled_before_it_ran
    disable 0x8, x24
    bl      hand_over                   // disabled_in_a_list_register
    prioritise 0, 0x10203040, x24
    raise   0x9, x24
    prioritise 0, 0, x24
    bl      hand_over                   // prioritised_anew
    mov     x1, #1
    bl      route_shared
    enable  SPI_BIT, x25, 4
    raise   SPI_BIT, x25, 4
    mov     x1, #0
    bl      route_shared
    raise   SPI_BIT, x25, 4             // in flight to vCPU 1 already
    sweep_word "at_the_new_target"
    see
    bl      hand_over                   // at_the_old_target
    raise   SPI_BIT, x25, 4
    sweep_word "at_the_new_target_once_it_ended"
    see
    bl      take_all
    ldp     x29, x30, [sp], #16
    ret
route_shared:
    mov     x2, #(IROUTER + 8 * SPI)
    add     x2, x25, x2
    str     x1, [x2]
    ret

second_begins:
    address x0, frames
    ldp     x25, x26, [x0]
    mov     x0, #1
    add     x26, x26, x0, lsl #GICR_NEXT_SHIFT
    bl      sweep_open
    enable  SGIS
    bl      hand_over
    sweep_rule "GIC-050"
    sweep_word "disabled_before_it_ran"
    bl      take_all
    enable  0x6
    bl      take_all
    raise   8
    bl      hand_over
    sweep_word "disabled_in_a_list_register"
    bl      take_all
    enable  8
    bl      hand_over
    sweep_word "prioritised_anew"
    bl      take_all
    bl      hand_over
    sweep_word "at_the_old_target"
    bl      take_all
    bl      hand_over
    // GIC-051: it goes off with one active, one pending, and other than the first values in its registers.
    raise   0x3
    mrs     x5, ICC_IAR1_EL1
    mov     x0, #2
    msr     ICC_CTLR_EL1, x0
    mov     x0, #4
    msr     ICC_BPR1_EL1, x0
    mov     x0, #0xc8
    msr     ICC_PMR_EL1, x0
    b       cpu_off

off_and_on:
    stp     x29, x30, [sp, #-16]!
    bl      send_turn_and_wait_off
    raise   0x10, x24                   // to one that is off
    adr     x28, 1f
    ldrb    w0, [x24, #ISENABLER]       // aborts: Xen's log names the vCPU whose frame it is
1:
    sweep_rule "GIC-051"
    sweep_word "back_on"
    mov     x0, #1
    address x1, look_around
    bl      cpu_on
    bl      wait_off
    ldp     x29, x30, [sp], #16
    ret
send_turn_and_wait_off:
    stp     x29, x30, [sp, #-16]!
    address x1, turn_ports
    ldr     w0, [x1, #4]
    mov     x1, #EVTCHNOP_send
    bl      turn_port_op
    bl      wait_off
    ldp     x29, x30, [sp], #16
    ret
/* Returns when vCPU 1 is off. */
wait_off:
    stp     x29, x30, [sp, #-16]!
1:  bl      wait
    mov     x1, #1
    mov     x2, #0
    psci    PSCI_AFFINITY_INFO_64
    cmp     x0, #1                      // OFF
    b.ne    1b
    ldp     x29, x30, [sp], #16
    ret
/* vCPU 1 again. */
look_around:
    stp     x29, x30, [sp, #-16]!
    address x0, frames
    ldr     x24, [x0, #8]
    mov     x0, #1
    add     x24, x24, x0, lsl #GICR_NEXT_SHIFT
    .irp    seen, ICC_PMR_EL1, ICC_BPR1_EL1, ICC_CTLR_EL1, ICC_IGRPEN1_EL1, ICC_AP1R0_EL1, ICC_HPPIR1_EL1
    mrs     x5, \seen
    sweep_say x5
    .endr
    msr     ICC_AP1R0_EL1, xzr
    bl      take_all
    ldp     x29, x30, [sp], #16
    ret
    .ltorg
#include "lib/end.S"
