/*
 * Calls by the SMC calling convention, made with a distinct value in every register (registers.S), so that every change
 * shows.  For cases; include it after conformance.h.
 */
#ifndef CONFORMANCE_SMCCC_CALL_S
#define CONFORMANCE_SMCCC_CALL_S

#include "registers.S"

#define SMCCC_VERSION           0x80000000

/* The call, its argument in x1, and the conduit. */
.macro smccc function:req, argument=0, conduit=hvc
    fill_registers
    set_register 0, \function
    .ifnc   \argument, 0
    set_register 1, \argument
    .endif
    observe \conduit #0
.endm

/* Reports the result of one call, in 64 bits. */
.macro answer id:req, function:req, argument=0, conduit=hvc
    smccc   \function, \argument, \conduit
    register_after x0, 0
    report_hex "\id", "answer", x0
.endm

/* The same as a part of a line. */
.macro answer_of key:req, function:req
    smccc   \function
    register_after x0, 0
    say_hex "\key", x0
.endm

/* Says which registers the call changed, and the values of x0 to x3. */
.macro traces id:req, function:req, conduit=hvc
    smccc   \function, 0, \conduit
    changed_registers x0
    rule    "\id"
    say_hex "changed", x0
    register_after x0, 0
    say_hex "x0", x0
    end_rule
.endm

#endif
