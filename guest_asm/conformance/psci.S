/*
 * PSCI (Arm DEN 0022): which functions exist, and the results that need no second vCPU.
 *
 * MMU on, no interrupts.
 */
#include "include/conformance.h"
#include "include/smccc_call.S"

#define PSCI_64         0x40000000      /* the 64-bit form of a function */
#define PSCI_0_1_CPU_ON 2
#define NOBODY          5               /* an affinity that no vCPU has here */
#define SELF            0
#define AFF1            (1 << 8)
#define AFF2            (1 << 16)
#define AFF3            (1 << 32)

/* A call with a second argument, in x2. */
.macro psci_call id:req, function:req, argument:req, second=0
    fill_registers
    set_register 0, \function
    set_register 1, \argument
    set_register 2, \second
    observe hvc #0
    register_after x0, 0
    report  "\id", "answer", x0
.endm

/* The same as a part of a line. */
.macro psci_say key:req, function:req, argument:req, second=0
    fill_registers
    set_register 0, \function
    set_register 1, \argument
    set_register 2, \second
    observe hvc #0
    register_after x0, 0
    say     "\key", x0
.endm

    .text
kernel_main:
    bl      boot_mmu
    answer  "SMC-041", PSCI_VERSION
    ldr     x0, =PSCI_VERSION
    bl      features
    report_hex "SMC-042", "functions", x0
    ldr     x0, =PSCI_VERSION + PSCI_64
    bl      features
    report_hex "SMC-043", "functions", x0
    answer  "SMC-044", PSCI_FEATURES, SMCCC_VERSION
    answer  "SMC-045", PSCI_FEATURES, 0x80000001
    answer  "SMC-046", PSCI_FEATURES, 0xabcdef0000000000 + PSCI_VERSION
    answer  "SMC-047", PSCI_MIGRATE_INFO_TYPE
    rule    "SMC-048"
    answer_of "migrate", 0x84000005
    answer_of "migrate_info_up_cpu", 0x84000007
    end_rule
    bl      later_functions
    rule    "SMC-050"
    answer_of "version", PSCI_VERSION + PSCI_64
    answer_of "features", PSCI_FEATURES + PSCI_64
    end_rule
    bl      affinity_info
    bl      cpu_on_in_vain
    b       power_off
    .ltorg

/* x0 = bit n: PSCI_FEATURES knows the function x0 + n. */
features:
    stp     x30, x19, [sp, #-32]!
    stp     x20, x21, [sp, #16]
    mov     x19, x0
    mov     x20, #0
    mov     x21, #0
1:  add     x1, x19, x20
    psci    PSCI_FEATURES
    cmp     x0, #0
    cset    x1, eq
    lsl     x1, x1, x20
    orr     x21, x21, x1
    add     x20, x20, #1
    cmp     x20, #32
    b.lo    1b
    mov     x0, x21
    ldp     x20, x21, [sp, #16]
    ldp     x30, x19, [sp], #32
    ret

/* The further functions of PSCI 1.0 and 1.1: CPU_FREEZE to MEM_PROTECT_CHECK_RANGE. */
later_functions:
    stp     x30, x19, [sp, #-32]!
    stp     x20, x21, [sp, #16]
    ldr     x19, =PSCI_VERSION
    add     x19, x19, #0xb
    mov     x20, #0                         // how many are unknown
1:  mov     x0, x19
    hvc     #0
    cmn     x0, #1
    cinc    x20, x20, eq
    add     x19, x19, #1
    and     x0, x19, #0xff
    cmp     x0, #0x14
    b.ls    1b
    report  "SMC-049", "unknown", x20
    ldp     x20, x21, [sp, #16]
    ldp     x30, x19, [sp], #32
    ret

affinity_info:
    str     x30, [sp, #-16]!
    psci_call "SMC-051", PSCI_AFFINITY_INFO_64, SELF, 0
    psci_call "SMC-052", PSCI_AFFINITY_INFO_64, NOBODY, 0
    psci_call "SMC-053", PSCI_AFFINITY_INFO_64, 0xff000000, 0
    rule    "SMC-054"
    psci_say "cluster", PSCI_AFFINITY_INFO_64, NOBODY, 1
    psci_say "other_cluster", PSCI_AFFINITY_INFO_64, AFF1, 1
    end_rule
    rule    "SMC-055"
    psci_say "level2", PSCI_AFFINITY_INFO_64, AFF1 + NOBODY, 2
    psci_say "other", PSCI_AFFINITY_INFO_64, AFF2, 2
    end_rule
    rule    "SMC-056"
    psci_say "level3", PSCI_AFFINITY_INFO_64, AFF2 + AFF1 + NOBODY, 3
    psci_say "other", PSCI_AFFINITY_INFO_64, AFF3, 3
    end_rule
    psci_call "SMC-057", PSCI_AFFINITY_INFO_64, SELF, 4
    psci_call "SMC-058", PSCI_AFFINITY_INFO_64, SELF, 0x100000000
    rule    "SMC-059"
    psci_say "aff2", PSCI_AFFINITY_INFO_64, AFF2, 0
    psci_say "aff3", PSCI_AFFINITY_INFO_64, AFF3, 0
    end_rule
    rule    "SMC-060"
    psci_say "self", PSCI_AFFINITY_INFO_32, SELF, 0
    psci_say "aff3", PSCI_AFFINITY_INFO_32, AFF3, 0
    end_rule
    ldr     x30, [sp], #16
    ret
    .ltorg

/* Calls that start no vCPU.  An odd entry point is one of 32-bit code with Thumb instructions. */
cpu_on_in_vain:
    str     x30, [sp, #-16]!
    psci_call "SMC-061", PSCI_CPU_ON_64, SELF
    psci_call "SMC-062", PSCI_CPU_ON_64, NOBODY
    psci_call "SMC-063", PSCI_CPU_ON_64, SELF, 1
    psci_call "SMC-064", PSCI_CPU_ON_64, NOBODY, 1
    rule    "SMC-065"
    psci_say "aff2", PSCI_CPU_ON_64, AFF2
    psci_say "aff3", PSCI_CPU_ON_64, AFF3
    psci_say "between", PSCI_CPU_ON_64, 0xff000000
    end_rule
    psci_call "SMC-066", PSCI_CPU_ON_64, 0x10
    psci_call "SMC-067", PSCI_CPU_ON_32, SELF
    psci_call "SMC-068", PSCI_0_1_CPU_ON, SELF
    psci_call "SMC-069", PSCI_0_1_CPU_ON, SELF, 1
    ldr     x30, [sp], #16
    ret
    .ltorg

#include "lib/end.S"
