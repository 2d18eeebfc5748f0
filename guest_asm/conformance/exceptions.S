/*
 * What instructions raise that are there to raise something, or are not there at all, at EL1 and at EL0: BRK, HLT, SVC,
 * HVC, SMC and their immediates, branches to where no instruction can be, a WFI that EL1 traps; and what breakpoints,
 * watchpoints and single step raise.
 *
 * Not tried: SP that is not aligned, because QEMU checks no SP; hardware does (Arm DDI 0487, D1.3.6 "SP alignment
 * checking").  WFE at EL0 with SCTLR_EL1.nTWE 0: QEMU lets it pass, hardware traps it (D1.3.5.5).
 *
 * MMU on; interrupts masked.
 */
#include "include/conformance.h"
#include "include/trials.S"

#define SCTLR_NTWI      (1 << 16)
#define BREAK_EVERYWHERE 0x000001e7             /* DBGBCR: enabled, EL1 and EL0, all four bytes */
#define WATCH_EVERYTHING 0x00001fff             /* DBGWCR: enabled, EL1 and EL0, loads and stores, all eight bytes */
#define MDSCR_ALL       0x0000a001              /* MDE, KDE, SS */

    .section .rodata
    .balign 8
raising:
    trial "svc_1", "svc #1"
    trial "svc_ffff", "svc #0xffff"
    trial "hvc_1", "hvc #1"
    trial "hvc_ffff", "hvc #0xffff"
    trial "smc_1", "smc #1"
    trial "smc_ffff", "smc #0xffff"
    trial "brk_0", "brk #0"
    trial "brk_ffff", "brk #0xffff"
    trial "hlt_0", "hlt #0"
    trial "hlt_f000", "hlt #0xf000"
    trial "hlt_ffff", "hlt #0xffff"
    trial "dcps1", "dcps1"
    trial "dcps2_ffff", "dcps2 #0xffff"
    trial "dcps3", "dcps3"
    trial "drps", "drps"
    trial "udf_1", "udf #1"
    trial "udf_ffff", "udf #0xffff"
    trial "branch_to_1", "adr x1, . + 5; br x1"
    trial "branch_to_2", "adr x1, . + 6; br x1"
    trial "branch_to_3", "adr x1, . + 7; br x1"
    trial "ret_to_2", "adr x1, . + 6; ret x1"
    trial "branch_between_halves", "movz x1, #0x55, lsl #48; br x1"
    trial "branch_with_tag", "adr x1, . + 12; movk x1, #0x5500, lsl #48; br x1"
    trial "braa", ".inst 0xd71f0801"
    trial "eretaa", ".inst 0xd69f0bff"
    trial "msr_pan", ".inst 0xd500419f"
    trial "ldadd", ".inst 0xb8200020"
    trial "casp", ".inst 0x48207c00"
    trial "ldapr", ".inst 0xb8bfc000"
    trial "crc32", ".inst 0x1ac04000"
    trials_end
waiting:
    trial "wfi", "wfi"
    trials_end
debugged:
    trial "el1", "msr daifclr, #8; isb; nop; ldr x1, [x0]; str x1, [x0]; msr daifset, #8"
    trials_end
debugged_user:
    trial "el0", "nop; nop; nop; ldr x1, [x0]; str x1, [x0]"
    trials_end

    .text
kernel_main:
    bl      boot_mmu
    bl      slots_init
    trials_rule "EXC-001"
    address x0, raising
    bl      try_trials
    slots_at SPSR_EL0
    trials_rule "EXC-002"
    address x0, raising
    bl      try_trials
    mrs     x0, sctlr_el1
    bic     x0, x0, #SCTLR_NTWI
    msr     sctlr_el1, x0
    isb
    trials_rule "EXC-003"
    address x0, waiting
    bl      try_trials
    bl      debug_everything
    trials_rule "EXC-004"
    address x0, debugged_user
    bl      try_trials
    slots_at SPSR_EL1H
    address x0, debugged
    bl      try_trials
    b       power_off
    .ltorg

/* Breakpoints on the slot in both places, watchpoints on what it accesses, single step of all. */
debug_everything:
    msr     oslar_el1, xzr
    msr     osdlr_el1, xzr
    mov     x0, #USER_TEXT_VA
    msr     dbgbvr0_el1, x0
    ldr     x0, =WINDOW_VA
    msr     dbgbvr1_el1, x0
    ldr     w0, =BREAK_EVERYWHERE
    msr     dbgbcr0_el1, x0
    msr     dbgbcr1_el1, x0
    ldr     x0, =SCRATCH_VA
    msr     dbgwvr0_el1, x0
    ldr     w0, =WATCH_EVERYTHING
    msr     dbgwcr0_el1, x0
    ldr     w0, =MDSCR_ALL
    msr     mdscr_el1, x0
    isb
    ret
    .ltorg

#include "lib/end.S"
