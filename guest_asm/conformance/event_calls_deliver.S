/*
 * From EVTCHNOP_send to the interrupt, and what stops an event on the way.
 */
#include "include/table.S"

        table_rule "EVT-212"
        with DOMID_SELF, 0, SPARE_GFN(0); memory_op "map_shared_info", 7, BUFFER
        insn "at_first_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0)
        insn "at_first_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "at_first_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"
        with 0; event_op "bind_ipi_0", EVTCHNOP_bind_ipi, BUFFER, shows=1
        with 1; event_op "send", EVTCHNOP_send, BUFFER, shows=1
        insn "nothing_is_enabled_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0)
        insn "nothing_is_enabled_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "nothing_is_enabled_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"
        with 1; event_op "send_again", EVTCHNOP_send, BUFFER, shows=1
        insn "CPU_interface_on", "msr S3_0_C4_C6_0, x2; mov x3, #1; msr S3_0_C12_C12_7, x3; isb", x2=255
        insn "CPU_interface_on_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0)
        insn "CPU_interface_on_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "CPU_interface_on_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"
        insn "enable_the_interrupt", "str w2, [x1]", x1=GICD(256), x2=EVENT_BIT
        insn "enabled_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0)
        insn "enabled_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "enabled_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"
        insn "acknowledge", "mrs x0, S3_0_C12_C12_0; mrs x2, isr_el1; mrs x3, S3_0_C12_C11_3"
        insn "active_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0)
        insn "active_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "active_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"
        insn "end", "msr S3_0_C12_C12_1, x2; isb; mrs x0, S3_0_C12_C12_2; mrs x3, S3_0_C12_C11_3", x2=EVENT_INTERRUPT
        .text
code_26:
    ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]
    ret
    .data
        run "ended_with_the_upcall_still_pending_upcall_selector", code_26, x1=SPARE(0)
        insn "ended_with_the_upcall_still_pending_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "ended_with_the_upcall_still_pending_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"

        table_rule "EVT-213"
        with 1; event_op "send_while_the_upcall_is_pending", EVTCHNOP_send, BUFFER, shows=1
        insn "clear_the_upcall_only", "strb wzr, [x1]", x1=SPARE(0)
        with 1; event_op "send_while_the_port_is_pending", EVTCHNOP_send, BUFFER, shows=1
        insn "still_pending_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0)
        insn "still_pending_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "still_pending_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"
        insn "clear_the_port_not_the_selector", "str xzr, [x1, #48]", x1=SPARE(0)
        with 1; event_op "send_while_the_selector_is_set", EVTCHNOP_send, BUFFER, shows=1
        insn "the_selector_was_set_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0)
        insn "the_selector_was_set_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "the_selector_was_set_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"
        insn "clear_all", "str xzr, [x1, #48]; str xzr, [x1, #8]; strb wzr, [x1]; str xzr, [x1, #560]", x1=SPARE(0)
        insn "mask", "mov x0, #2; str x0, [x1, #560]", x1=SPARE(0)
        with 1; event_op "send_while_masked", EVTCHNOP_send, BUFFER, shows=1
        insn "masked_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0)
        insn "masked_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "masked_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"
        with 1; event_op "unmask", EVTCHNOP_unmask, BUFFER, shows=1
        insn "unmasked_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0)
        insn "unmasked_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "unmasked_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"
        insn "acknowledge", "mrs x0, S3_0_C12_C12_0; mrs x2, isr_el1; mrs x3, S3_0_C12_C11_3"
        with 1; event_op "send_while_active_the_upcall_pending", EVTCHNOP_send, BUFFER, shows=1
        insn "clear_all.2", "str xzr, [x1, #48]; str xzr, [x1, #8]; strb wzr, [x1]; str xzr, [x1, #560]", x1=SPARE(0)
        with 1; event_op "send_while_active", EVTCHNOP_send, BUFFER, shows=1
        insn "active_and_pending_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0)
        insn "active_and_pending_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "active_and_pending_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"
        insn "end", "msr S3_0_C12_C12_1, x2; isb; mrs x0, S3_0_C12_C12_2; mrs x3, S3_0_C12_C11_3", x2=EVENT_INTERRUPT
        .text
code_27:
    mrs x0, S3_0_C12_C12_0; mrs x2, isr_el1; mrs x3, S3_0_C12_C11_3; msr S3_0_C12_C12_1, x0; isb
    ret
    .data
        run "acknowledge_and_end", code_27
        with 1; event_op "unmask_what_is_not_masked", EVTCHNOP_unmask, BUFFER, shows=1
        insn "unmasked_again_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0)
        insn "unmasked_again_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "unmasked_again_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"
        with 1; event_op "close_a_pending_port", EVTCHNOP_close, BUFFER, shows=1
        insn "closed_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0)
        insn "closed_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "closed_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"
        insn "WFI_with_the_upcall_pending_the_interrupt_ended", "wfi"
        sched_op "block_with_the_upcall_pending_the_interrupt_ended", 1
        insn "clear_all.3", "str xzr, [x1, #48]; str xzr, [x1, #8]; strb wzr, [x1]; str xzr, [x1, #560]", x1=SPARE(0)
        with 1; event_op "bind_ipi_1", EVTCHNOP_bind_ipi, BUFFER, shows=1
        with 1; event_op "send_to_a_vCPU_that_is_off", EVTCHNOP_send, BUFFER, shows=1
        insn "for_vCPU_1_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0)
        insn "for_vCPU_1_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "for_vCPU_1_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"
        with 0x7ff07ff0; event_op "alloc_unbound", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        with 0x200007ff0, 0; event_op "bind_interdomain", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        insn "bound_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0)
        insn "bound_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "bound_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"
        .text
code_28:
    mrs x0, S3_0_C12_C12_0; mrs x2, isr_el1; mrs x3, S3_0_C12_C11_3; msr S3_0_C12_C12_1, x0; isb
    ret
    .data
        run "acknowledge_and_end.2", code_28
        insn "clear_all.4", "str xzr, [x1, #48]; str xzr, [x1, #8]; strb wzr, [x1]; str xzr, [x1, #560]", x1=SPARE(0)
        with 2; event_op "send_over_the_channel", EVTCHNOP_send, BUFFER, shows=1
        insn "sent_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0)
        insn "sent_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "sent_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"
        with 3; event_op "send_back", EVTCHNOP_send, BUFFER, shows=1
        insn "sent_back_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0)
        insn "sent_back_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "sent_back_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"
        table_end
#include "lib/end.S"
