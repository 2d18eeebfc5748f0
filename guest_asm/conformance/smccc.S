/*
 * SMCCC: calls by the SMC calling convention (Arm DEN 0028) other than PSCI. Which services exist, what they report
 * about themselves, and which registers a result changes.
 *
 * Each call is made with a distinct value in every register, so that every change shows.
 * MMU on, no interrupts.
 */
#include "include/conformance.h"
#include "include/smccc_call.S"

#define SMCCC_ARCH_SOC_ID       0x80000002
#define FAST_CALL               0x80000000
#define CONVENTION_64           0x40000000

/* Four words that are a service's UID. */
.macro name_of id:req, function:req
    smccc   \function
    rule    "\id"
    .irp    n, 0, 1, 2, 3
    register_after x0, \n
    say_hex "x\n", x0
    .endr
    changed_registers x0
    say_hex "changed", x0
    end_rule
.endm

    .text
kernel_main:
    bl      boot_mmu
    answer  "SMC-001", SMCCC_VERSION
    answer  "SMC-002", SMCCC_ARCH_FEATURES, SMCCC_WORKAROUND_2
    answer  "SMC-003", SMCCC_ARCH_FEATURES, SMCCC_WORKAROUND_1
    answer  "SMC-004", SMCCC_ARCH_FEATURES, SMCCC_WORKAROUND_3
    answer  "SMC-005", SMCCC_ARCH_FEATURES, SMCCC_VERSION
    answer  "SMC-006", SMCCC_ARCH_FEATURES, SMCCC_ARCH_FEATURES
    answer  "SMC-007", SMCCC_ARCH_FEATURES, SMCCC_ARCH_SOC_ID
    answer  "SMC-008", SMCCC_ARCH_FEATURES, 0xabcdef0080007fff

    // Workarounds are called often: Xen answers them before it saves any register.
    traces  "SMC-009", SMCCC_WORKAROUND_1
    traces  "SMC-010", SMCCC_WORKAROUND_2
    traces  "SMC-011", SMCCC_WORKAROUND_3
    traces  "SMC-012", SMCCC_WORKAROUND_1, smc

    answer  "SMC-013", STANDARD_CALL_COUNT
    name_of "SMC-014", STANDARD_CALL_UID
    smccc   STANDARD_CALL_REVISION
    register_after x0, 0
    register_after x1, 1
    rule    "SMC-015"
    say     "major", x0
    say     "minor", x1
    end_rule
    answer  "SMC-016", XEN_CALL_COUNT
    name_of "SMC-017", XEN_CALL_UID
    smccc   XEN_CALL_REVISION
    register_after x0, 0
    register_after x1, 1
    rule    "SMC-018"
    say     "major", x0
    say     "minor", x1
    end_rule

    answer  "SMC-019", STANDARD_CALL_COUNT + CONVENTION_64
    answer  "SMC-020", STANDARD_CALL_UID - FAST_CALL
    bl      unknown_functions
    b       power_off

/* Functions and services that do not exist. */
unknown_functions:
    str     x30, [sp, #-16]!
    answer  "SMC-021", 0x80000005               // of the architecture service
    rule    "SMC-022"
    answer_of "cpu", 0x8100ff01
    answer_of "silicon", 0x8200ff01
    answer_of "maker", 0x8300ff01
    end_rule
    answer  "SMC-023", 0x8600ff01               // a vendor's hypervisor
    rule    "SMC-024"
    answer_of "application", 0xb000ff01
    answer_of "system", 0xb200ff01
    end_rule
    answer  "SMC-025", 0
    traces  "SMC-026", 0x84000020               // of the standard service
    traces  "SMC-027", 0x84000020, smc
    answer  "SMC-028", SMCCC_VERSION + 0x10000  // bit 16: the caller has no SVE state
    answer  "SMC-029", 0xfeed000080000000       // bits above w0
    traces  "SMC-030", SMCCC_VERSION
    traces  "SMC-031", SMCCC_VERSION, smc
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
