/*
 * Everything, for a guest that is a whole kernel.  Before including this file, a guest may define
 *     #define NR_CPUS 2       more stacks than one
 *     #define KPTI            kernel mappings per ASID, and a trampoline between user mode and kernel
 * The order matters for boot.S and pagetable.S, whose labels begin their sections; the rest bring what
 * they need themselves.
 */
#ifndef GUEST_KERNEL_H
#define GUEST_KERNEL_H

#include "boot.S"
#include "pagetable.S"
#include "mmu.S"
#include "vectors.S"
#include "print.S"
#include "time.S"
#include "smp.S"
#include "user.S"
#include "runstate.S"

#endif
