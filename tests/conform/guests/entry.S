/*
 * entry: the state in which a domain begins, as far as it does not depend on the host's kind of CPU.
 * boot.S has taken x0 to x3, x19 to x21 and SP; everything else is as the hypervisor left it.
 */
#include "ask.h"

.macro show register:req
    mrs     x0, \register
    answer_hex "\register"
.endm

    .text
kernel_main:
    answer_hex "x0, the device tree"
    address x0, image
    answer_hex "image"
    show    CurrentEL
    show    DAIF
    show    SPSel
    show    MPIDR_EL1
    show    SCTLR_EL1
    show    TCR_EL1
    show    TTBR0_EL1
    show    TTBR1_EL1
    show    MAIR_EL1
    show    VBAR_EL1
    show    CPACR_EL1
    show    CONTEXTIDR_EL1
    show    ELR_EL1
    show    SPSR_EL1
    show    ESR_EL1
    show    FAR_EL1
    show    PAR_EL1
    show    SP_EL0
    show    TPIDR_EL0
    show    TPIDRRO_EL0
    show    CNTFRQ_EL0
    show    CNTKCTL_EL1
    show    CNTV_CTL_EL0
    show    CNTV_CVAL_EL0
    b       power_off
    .ltorg

#include "lib/end.S"
