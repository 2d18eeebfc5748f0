/*
 * VCPUOP_register_vcpu_info: what it refuses, in which order, and what a registered vcpu_info contains.
 */
#include "include/table.S"

        table_rule "VCI-201"
        with DOMID_SELF, 0, SPARE_GFN(0); memory_op "map_shared_info", 7, BUFFER
        vcpu_op "NULL", 10
        vcpu_op "no_such_vCPU_NULL", 10, 9
        with SPARE_GFN(1), 1; vcpu_op "register_at_offset_1", 10, 0, BUFFER, shows=2
        with SPARE_GFN(1), 4; vcpu_op "register_at_offset_4", 10, 0, BUFFER, shows=2
        with SPARE_GFN(1), 4049; vcpu_op "register_at_offset_4049", 10, 0, BUFFER, shows=2
        with SPARE_GFN(1), 4056; vcpu_op "register_at_offset_4056", 10, 0, BUFFER, shows=2
        with SPARE_GFN(1), 4095; vcpu_op "register_at_offset_4095", 10, 0, BUFFER, shows=2
        with SPARE_GFN(1), 0x1000; vcpu_op "register_at_offset_4096", 10, 0, BUFFER, shows=2
        with SPARE_GFN(1), 0x1008; vcpu_op "register_at_offset_4104", 10, 0, BUFFER, shows=2
        with SPARE_GFN(1), 0xffffffff; vcpu_op "register_at_offset_4294967295", 10, 0, BUFFER, shows=2
        with 0x1000000, 0; vcpu_op "register_in_gfn_0x1000000_at_0", 10, 0, BUFFER, shows=2
        with 0x1000000, 8; vcpu_op "register_in_gfn_0x1000000_at_8", 10, 0, BUFFER, shows=2
        with 0x1000000, 4; vcpu_op "register_in_gfn_0x1000000_at_4", 10, 0, BUFFER, shows=2
        with 0x1000000, 0x1000; vcpu_op "register_in_gfn_0x1000000_at_4096", 10, 0, BUFFER, shows=2
        with 0x10000000000, 0; vcpu_op "register_in_gfn_0x10000000000_at_0", 10, 0, BUFFER, shows=2
        with 0x10000000000, 8; vcpu_op "register_in_gfn_0x10000000000_at_8", 10, 0, BUFFER, shows=2
        with 0x10000000000, 4; vcpu_op "register_in_gfn_0x10000000000_at_4", 10, 0, BUFFER, shows=2
        with 0x10000000000, 0x1000; vcpu_op "register_in_gfn_0x10000000000_at_4096", 10, 0, BUFFER, shows=2
        with -1, 0; vcpu_op "register_in_gfn_-0x1_at_0", 10, 0, BUFFER, shows=2
        with -1, 8; vcpu_op "register_in_gfn_-0x1_at_8", 10, 0, BUFFER, shows=2
        with -1, 4; vcpu_op "register_in_gfn_-0x1_at_4", 10, 0, BUFFER, shows=2
        with -1, 0x1000; vcpu_op "register_in_gfn_-0x1_at_4096", 10, 0, BUFFER, shows=2
        with GICD_GFN, 0; vcpu_op "register_in_gfn", 10, 0, BUFFER, shows=2
        with GICD_GFN, 8; vcpu_op "register_in_gfn.2", 10, 0, BUFFER, shows=2
        with GICD_GFN, 4; vcpu_op "register_in_gfn.3", 10, 0, BUFFER, shows=2
        with GICD_GFN, 0x1000; vcpu_op "register_in_gfn.4", 10, 0, BUFFER, shows=2
        with 0x10000000000000, 0; vcpu_op "register_in_gfn_0x10000000000000_at_0", 10, 0, BUFFER, shows=2
        with 0x10000000000000, 8; vcpu_op "register_in_gfn_0x10000000000000_at_8", 10, 0, BUFFER, shows=2
        with 0x10000000000000, 4; vcpu_op "register_in_gfn_0x10000000000000_at_4", 10, 0, BUFFER, shows=2
        with 0x10000000000000, 0x1000; vcpu_op "register_in_gfn_0x10000000000000_at_4096", 10, 0, BUFFER, shows=2
        with SPARE_GFN(1), 0; vcpu_op "register_of_no_vCPU", 10, 9, BUFFER, shows=2
        insn "clear_all", "str xzr, [x1, #48]; str xzr, [x1, #8]; strb wzr, [x1]; str xzr, [x1, #560]", x1=SPARE(0)

        table_rule "VCI-202"
        insn "write_to_vCPU_0", "mov x0, #0x55; str x0, [x1, #16]; mov x0, #1; strb w0, [x1, #1]", x1=SPARE(0)
        .text
code_29:
    mov x0, #-1; stp x0, x0, [x1]; stp x0, x0, [x1, #16]; stp x0, x0, [x1, #32]; stp x0, x0, [x1, #48]
    ret
    .data
        run "fill_the_page", code_29, x1=SPARE(0x1000)
        with SPARE_GFN(1), 0; vcpu_op "register_vCPU_0", 10, 0, BUFFER, shows=2
        insn "registered_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0x1000)
        .text
code_30:
    ldr x0, [x1, #16]; ldr x2, [x1, #40]; ldr x3, [x1, #48]
    ret
    .data
        run "registered_the_rest_and_what_is_behind", code_30, x1=SPARE(0x1000)
        insn "the_old_place_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0)
        insn "the_old_place_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "the_old_place_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"
        with SPARE_GFN(1), 0; vcpu_op "register_again_at_0", 10, 0, BUFFER, shows=2
        with SPARE_GFN(1), 64; vcpu_op "register_again_at_64", 10, 0, BUFFER, shows=2
        with SPARE_GFN(1), 1; vcpu_op "register_again_at_1", 10, 0, BUFFER, shows=2
        with SPARE_GFN(1), 4; vcpu_op "register_again_at_4", 10, 0, BUFFER, shows=2
        with SPARE_GFN(1), 4049; vcpu_op "register_again_at_4049", 10, 0, BUFFER, shows=2
        with SPARE_GFN(1), 4056; vcpu_op "register_again_at_4056", 10, 0, BUFFER, shows=2
        with SPARE_GFN(1), 4095; vcpu_op "register_again_at_4095", 10, 0, BUFFER, shows=2
        with SPARE_GFN(1), 0x1000; vcpu_op "register_again_at_4096", 10, 0, BUFFER, shows=2
        with SPARE_GFN(1), 0x1008; vcpu_op "register_again_at_4104", 10, 0, BUFFER, shows=2
        with SPARE_GFN(1), 0xffffffff; vcpu_op "register_again_at_4294967295", 10, 0, BUFFER, shows=2
        with 0x1000000, 0; vcpu_op "register_again_in_a_bad_gfn", 10, 0, BUFFER, shows=2
        with SPARE_GFN(1), 64; vcpu_op "register_vCPU_1_which_is_off", 10, 1, BUFFER, shows=2
        insn "vCPU_1_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0x1040)
        .text
code_31:
    ldr x0, [x1, #16]; ldr x2, [x1, #40]; ldr x3, [x1, #48]
    ret
    .data
        run "vCPU_1_the_rest_and_what_is_behind", code_31, x1=SPARE(0x1040)
        with SPARE_GFN(1), 128; vcpu_op "register_vCPU_1_again", 10, 1, BUFFER, shows=2

        table_rule "VCI-203"
        insn "clear_vCPU_0", "str xzr, [x1]; str xzr, [x1, #8]", x1=SPARE(0x1000)
        with 0; event_op "bind_ipi_0", EVTCHNOP_bind_ipi, BUFFER, shows=1
        with 1; event_op "send", EVTCHNOP_send, BUFFER, shows=1
        insn "sent_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0x1000)
        .text
code_32:
    ldr x0, [x1, #16]; ldr x2, [x1, #40]; ldr x3, [x1, #48]
    ret
    .data
        run "sent_the_rest_and_what_is_behind", code_32, x1=SPARE(0x1000)
        insn "the_old_place_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0)
        insn "the_old_place_pending_mask", "ldr x0, [x1, #48]; ldr x2, [x1, #560]", x1=SPARE(0)
        insn "the_old_place_HPPIR1_ISR", "mrs x0, S3_0_C12_C12_2; mrs x2, isr_el1"
        with 1; event_op "bind_ipi_1", EVTCHNOP_bind_ipi, BUFFER, shows=1
        with 2; event_op "send_to_vCPU_1", EVTCHNOP_send, BUFFER, shows=1
        insn "vCPU_1_upcall_selector", "ldrb w0, [x1]; ldr x2, [x1, #8]; ldrb w3, [x1, #1]", x1=SPARE(0x1040)
        .text
code_33:
    ldr x0, [x1, #16]; ldr x2, [x1, #40]; ldr x3, [x1, #48]
    ret
    .data
        run "vCPU_1_the_rest_and_what_is_behind", code_33, x1=SPARE(0x1040)
        table_end
#include "lib/end.S"
