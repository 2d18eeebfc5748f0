/*
 * FP and SIMD instructions of each kind with each value of CPACR_EL1.FPEN, at EL1 and at EL0; and some that the CPU
 * lacks, which no FPEN traps.  MMU on; interrupts masked.
 */
#include "include/conformance.h"
#include "include/trials.S"

#define FPEN_SHIFT      20

    .section .rodata
    .balign 8
floats:
    trial "fmov", "fmov d0, #1.0"
    trial "fmov_x", "fmov x1, d0"
    trial "fadd", "fadd s0, s0, s0"
    trial "fmadd", "fmadd d0, d1, d2, d3"
    trial "fcvtzs", "fcvtzs x1, d0"
    trial "scvtf_fixed", "scvtf d0, x1, #8"
    trial "fcmp", "fcmp d0, d0"
    trial "fccmp", "fccmp d0, d0, #0, eq"
    trial "fcsel", "fcsel d0, d0, d0, eq"
    trial "movi", "movi v0.2d, #0"
    trial "add", "add v0.4s, v0.4s, v0.4s"
    trial "saddl", "saddl v0.2d, v0.2s, v0.2s"
    trial "addv", "addv b0, v0.16b"
    trial "dup", "dup v0.4s, w1"
    trial "umov", "umov w1, v0.s[0]"
    trial "mul_element", "mul v0.4s, v0.4s, v0.s[0]"
    trial "shl", "shl v0.2d, v0.2d, #1"
    trial "tbl", "tbl v0.8b, {v0.16b}, v0.8b"
    trial "zip1", "zip1 v0.4s, v0.4s, v0.4s"
    trial "ext", "ext v0.16b, v0.16b, v0.16b, #1"
    trial "aese", ".inst 0x4e284820"
    trial "sha1h", ".inst 0x5e280820"
    trial "pmull", ".inst 0x0ee0e000"
    trial "ldr_b", "ldr b0, [x0]"
    trial "ldr_q", "ldr q0, [x0]"
    trial "ldr_literal", "ldr d0, ."
    trial "ldur_s", "ldur s0, [x0]"
    trial "str_d_post", "str d0, [x0], #8"
    trial "str_q_register", "str q0, [x0, xzr]"
    trial "ldp_q", "ldp q0, q1, [x0]"
    trial "stnp_d", "stnp d0, d1, [x0]"
    trial "ld1", "ld1 {v0.16b}, [x0]"
    trial "st4", "st4 {v0.16b-v3.16b}, [x0]"
    trial "ld1r_post", "ld1r {v0.4s}, [x0], #4"
    trial "ldr_unmapped", "mov x0, #16; ldr q0, [x0]"
    trial "mrs_fpcr", "mrs x1, fpcr"
    trial "mrs_fpsr", "mrs x1, fpsr"
    trial "msr_fpcr", "msr fpcr, xzr"
    trial "msr_fpsr", "msr fpsr, xzr"
    trial "no_fp16", ".inst 0x1ee02800"
    trial "no_dot_product", ".inst 0x4e809400"
    trial "no_sve", ".inst 0x04bf5020"
    trial "no_such_fp", ".inst 0x1e61d000"
    trials_end

    .text
kernel_main:
    bl      boot_mmu
    bl      slots_init
    .irp    fpen, 0, 1, 2, 3
    mov     x0, #(\fpen << FPEN_SHIFT)
    msr     cpacr_el1, x0
    isb
    slots_at SPSR_EL1H
    trials_rule "EXC-01\fpen"
    address x0, floats
    bl      try_trials
    slots_at SPSR_EL0
    trials_rule "EXC-02\fpen"
    address x0, floats
    bl      try_trials
    .endr
    b       power_off

#include "lib/end.S"
