/*
 * Kernel page-table isolation as arm64 Linux does it: in user mode the kernel is not mapped.
 *
 *                     kernel mode             user mode
 *     TTBR1_EL1       swapper_pg_dir          tramp_pg_dir, two pages lower
 *     its ASID        KERNEL_ASID, even       the same with bit 0 set
 *     VBAR_EL1        vectors, in the image   TRAMPOLINE_VA
 *
 * One page, the trampoline, is mapped at the same address in both directories, so an instruction in it
 * may switch the tables that it is fetched through.  Kernel mappings are not global (layout.h) and belong
 * to the even ASID, so the TLB does not use them in user mode; nothing needs to be flushed on entry or exit.
 *
 * The consequence for Xen: at a context switch in user mode, a walk of this vCPU's live tables finds no
 * kernel address.
 */
#ifndef GUEST_KPTI_S
#define GUEST_KPTI_S

#include "layout.h"
#include "vectors.S"

#define SWAPPER_OFFSET  (2 * PAGE_SIZE)         /* from tramp_pg_dir to swapper_pg_dir (pagetable.S) */
#define TRAMPOLINE_EXIT 0xffffffffffffe800      /* TRAMPOLINE_VA + 0x800: right behind the vectors */

/*
 * An exception in user mode jumps here: EL1, SP = SP_EL1, tables and ASID of user mode, so the stack is
 * not mapped yet and nothing can be saved in memory.  x30 is saved in TPIDRRO_EL0, which user mode can read
 * but not write; all that it finds there is its own x30.
 */
.macro trampoline_vector number:req
    .balign 128
    msr     tpidrro_el0, x30
    mrs     x30, ttbr1_el1
    add     x30, x30, #SWAPPER_OFFSET
    and     x30, x30, #0xfffeffffffffffff   // all but USER_ASID_BIT
    msr     ttbr1_el1, x30              // the kernel's tables and its ASID, in one write
    ldr     x30, kernel_vectors         // in this page, so either tables will do
    msr     vbar_el1, x30               // from here on exceptions are the kernel's
    isb                                 // before an instruction outside this page is fetched
    add     x30, x30, #(\number * 128)
    br      x30                         // the same place in vectors.S
.endm

    .text
    .balign PAGE_SIZE
trampoline:
    // Exceptions from EL1 do not come here: the kernel runs with another VBAR_EL1, and the few
    // instructions of this page that run at EL1 neither fault nor can be interrupted.
    .space  VECTOR_EL0_SYNC * 128
    trampoline_vector 8
    trampoline_vector 9
    trampoline_vector 10
    trampoline_vector 11
    trampoline_vector 12
    trampoline_vector 13
    trampoline_vector 14
    trampoline_vector 15
    .balign 128

/*
 * TRAMPOLINE_EXIT.  kpti_exit jumps here, in the trampoline's own mapping: kernel tables live, all registers
 * as for user mode, except that its x30 is saved in TPIDRRO_EL0. ELR_EL1, SPSR_EL1, SP_EL0 are set.
 */
    mov     x30, #TRAMPOLINE_VA
    msr     vbar_el1, x30
    mrs     x30, ttbr1_el1
    sub     x30, x30, #SWAPPER_OFFSET
    orr     x30, x30, #(1 << USER_ASID_BIT)
    msr     ttbr1_el1, x30              // the kernel is gone; this page stays
    mrs     x30, tpidrro_el0
    eret                                // also the barrier that makes the writes above count

    .balign 8
kernel_vectors:
    .quad   KERNEL_VA + (vectors - image)
    .balign PAGE_SIZE                   // nothing else shares the page that user mode leaves mapped

/* return_from_exception jumps here, in the image: leave by the mapping that both directories have. */
kpti_exit:
    msr     tpidrro_el0, x30
    mov     x30, #TRAMPOLINE_EXIT
    br      x30

#endif
