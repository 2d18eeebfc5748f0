/*
 * event_channel_op: how a port can be used, and what is freed when one port or all are closed.
 */
#include "include/table.S"

        table_rule "EVT-207"
        with 0x7ff07ff0; event_op "alloc_unbound_for_itself", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        with 0; event_op "bind_ipi_0", EVTCHNOP_bind_ipi, BUFFER, shows=1
        with 0, 0; event_op "bind_virq_timer", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 2, 0; event_op "bind_virq_console", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 0x100007ff0, 0; event_op "bind_interdomain_with_itself", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        with DOMID_SELF; event_op "alloc_unbound_for_dom0", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        with 0; event_op "send_0", EVTCHNOP_send, BUFFER, shows=1
        with 1; event_op "send_1", EVTCHNOP_send, BUFFER, shows=1
        with 2; event_op "send_2", EVTCHNOP_send, BUFFER, shows=1
        with 3; event_op "send_3", EVTCHNOP_send, BUFFER, shows=1
        with 4; event_op "send_4", EVTCHNOP_send, BUFFER, shows=1
        with 5; event_op "send_5", EVTCHNOP_send, BUFFER, shows=1
        with 6; event_op "send_6", EVTCHNOP_send, BUFFER, shows=1
        with 7; event_op "send_7", EVTCHNOP_send, BUFFER, shows=1
        with 63; event_op "send_63", EVTCHNOP_send, BUFFER, shows=1
        with 64; event_op "send_64", EVTCHNOP_send, BUFFER, shows=1
        with 0x1388; event_op "send_5000", EVTCHNOP_send, BUFFER, shows=1
        with 0xffffffff; event_op "send_-1", EVTCHNOP_send, BUFFER, shows=1
        with 0; event_op "unmask_0", EVTCHNOP_unmask, BUFFER, shows=1
        with 1; event_op "unmask_1", EVTCHNOP_unmask, BUFFER, shows=1
        with 2; event_op "unmask_2", EVTCHNOP_unmask, BUFFER, shows=1
        with 3; event_op "unmask_3", EVTCHNOP_unmask, BUFFER, shows=1
        with 4; event_op "unmask_4", EVTCHNOP_unmask, BUFFER, shows=1
        with 5; event_op "unmask_5", EVTCHNOP_unmask, BUFFER, shows=1
        with 6; event_op "unmask_6", EVTCHNOP_unmask, BUFFER, shows=1
        with 7; event_op "unmask_7", EVTCHNOP_unmask, BUFFER, shows=1
        with 63; event_op "unmask_63", EVTCHNOP_unmask, BUFFER, shows=1
        with 64; event_op "unmask_64", EVTCHNOP_unmask, BUFFER, shows=1
        with 0x1388; event_op "unmask_5000", EVTCHNOP_unmask, BUFFER, shows=1
        with 0xffffffff; event_op "unmask_-1", EVTCHNOP_unmask, BUFFER, shows=1
        with 0x100000000; event_op "bind_vcpu_0_to_1", EVTCHNOP_bind_vcpu, BUFFER, shows=1
        with 0x100000001; event_op "bind_vcpu_1_to_1", EVTCHNOP_bind_vcpu, BUFFER, shows=1
        with 0x100000002; event_op "bind_vcpu_2_to_1", EVTCHNOP_bind_vcpu, BUFFER, shows=1
        with 0x100000003; event_op "bind_vcpu_3_to_1", EVTCHNOP_bind_vcpu, BUFFER, shows=1
        with 0x100000004; event_op "bind_vcpu_4_to_1", EVTCHNOP_bind_vcpu, BUFFER, shows=1
        with 0x100000005; event_op "bind_vcpu_5_to_1", EVTCHNOP_bind_vcpu, BUFFER, shows=1
        with 0x100000006; event_op "bind_vcpu_6_to_1", EVTCHNOP_bind_vcpu, BUFFER, shows=1
        with 0x100000007; event_op "bind_vcpu_7_to_1", EVTCHNOP_bind_vcpu, BUFFER, shows=1
        with 0x10000003f; event_op "bind_vcpu_63_to_1", EVTCHNOP_bind_vcpu, BUFFER, shows=1
        with 0x100000040; event_op "bind_vcpu_64_to_1", EVTCHNOP_bind_vcpu, BUFFER, shows=1
        with 0x100001388; event_op "bind_vcpu_5000_to_1", EVTCHNOP_bind_vcpu, BUFFER, shows=1
        with 0x1ffffffff; event_op "bind_vcpu_-1_to_1", EVTCHNOP_bind_vcpu, BUFFER, shows=1
        with 0x200000001; event_op "bind_vcpu_1_to_2", EVTCHNOP_bind_vcpu, BUFFER, shows=1
        with 0xffffffff00000001; event_op "bind_vcpu_1_to_-1", EVTCHNOP_bind_vcpu, BUFFER, shows=1
        with 0x900000063; event_op "bind_vcpu_99_to_9", EVTCHNOP_bind_vcpu, BUFFER, shows=1
        with 1; event_op "bind_vcpu_1_to_0", EVTCHNOP_bind_vcpu, BUFFER, shows=1
        with 0x100007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_1", EVTCHNOP_status, BUFFER, shows=3
        with 0x200007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_2", EVTCHNOP_status, BUFFER, shows=3
        with 0x300007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_3", EVTCHNOP_status, BUFFER, shows=3
        with 0x400007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_4", EVTCHNOP_status, BUFFER, shows=3
        with 0x500007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_5", EVTCHNOP_status, BUFFER, shows=3
        with 0x600007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_6", EVTCHNOP_status, BUFFER, shows=3

        table_rule "EVT-208"
        with 2, 153; event_op "bind_virq_console_again", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 0; event_op "close_0", EVTCHNOP_close, BUFFER, shows=1
        with 7; event_op "close_7", EVTCHNOP_close, BUFFER, shows=1
        with 63; event_op "close_63", EVTCHNOP_close, BUFFER, shows=1
        with 64; event_op "close_64", EVTCHNOP_close, BUFFER, shows=1
        with 0x1388; event_op "close_5000", EVTCHNOP_close, BUFFER, shows=1
        with 0xffffffff; event_op "close_-1", EVTCHNOP_close, BUFFER, shows=1
        with 2; event_op "close_2", EVTCHNOP_close, BUFFER, shows=1
        with 2; event_op "close_2.2", EVTCHNOP_close, BUFFER, shows=1
        with 3; event_op "close_3", EVTCHNOP_close, BUFFER, shows=1
        with 4; event_op "close_4", EVTCHNOP_close, BUFFER, shows=1
        with 5; event_op "close_5", EVTCHNOP_close, BUFFER, shows=1
        with 5; event_op "close_5.2", EVTCHNOP_close, BUFFER, shows=1
        with 0x100007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_1", EVTCHNOP_status, BUFFER, shows=3
        with 0x200007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_2", EVTCHNOP_status, BUFFER, shows=3
        with 0x300007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_3", EVTCHNOP_status, BUFFER, shows=3
        with 0x400007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_4", EVTCHNOP_status, BUFFER, shows=3
        with 0x500007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_5", EVTCHNOP_status, BUFFER, shows=3
        with 0x600007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_6", EVTCHNOP_status, BUFFER, shows=3
        with 2, 153; event_op "bind_virq_console_anew", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 0; event_op "bind_ipi_0", EVTCHNOP_bind_ipi, BUFFER, shows=1
        with 1; event_op "close_1", EVTCHNOP_close, BUFFER, shows=1
        with 1; event_op "bind_ipi_1", EVTCHNOP_bind_ipi, BUFFER, shows=1

        table_rule "EVT-209"
        with 5; event_op "reset_0x5", EVTCHNOP_reset, BUFFER, shows=1
        with DOMID_SELF, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_0", EVTCHNOP_status, BUFFER, shows=3
        with 0x100007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_1", EVTCHNOP_status, BUFFER, shows=3
        with 0x200007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_2", EVTCHNOP_status, BUFFER, shows=3
        with 0x300007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_3", EVTCHNOP_status, BUFFER, shows=3
        with 0x400007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_4", EVTCHNOP_status, BUFFER, shows=3
        with 0x500007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_5", EVTCHNOP_status, BUFFER, shows=3
        with 0x600007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_6", EVTCHNOP_status, BUFFER, shows=3
        with 0x7ff1; event_op "reset_0x7ff1", EVTCHNOP_reset, BUFFER, shows=1
        with DOMID_SELF, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_0.2", EVTCHNOP_status, BUFFER, shows=3
        with 0x100007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_1.2", EVTCHNOP_status, BUFFER, shows=3
        with 0x200007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_2.2", EVTCHNOP_status, BUFFER, shows=3
        with 0x300007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_3.2", EVTCHNOP_status, BUFFER, shows=3
        with 0x400007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_4.2", EVTCHNOP_status, BUFFER, shows=3
        with 0x500007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_5.2", EVTCHNOP_status, BUFFER, shows=3
        with 0x600007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_6.2", EVTCHNOP_status, BUFFER, shows=3
        with 0; event_op "reset_0x0", EVTCHNOP_reset, BUFFER, shows=1
        with DOMID_SELF, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_0.3", EVTCHNOP_status, BUFFER, shows=3
        with 0x100007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_1.3", EVTCHNOP_status, BUFFER, shows=3
        with 0x200007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_2.3", EVTCHNOP_status, BUFFER, shows=3
        with 0x300007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_3.3", EVTCHNOP_status, BUFFER, shows=3
        with 0x400007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_4.3", EVTCHNOP_status, BUFFER, shows=3
        with 0x500007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_5.3", EVTCHNOP_status, BUFFER, shows=3
        with 0x600007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_6.3", EVTCHNOP_status, BUFFER, shows=3
        with 1; event_op "reset_0x1", EVTCHNOP_reset, BUFFER, shows=1
        with DOMID_SELF, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_0.4", EVTCHNOP_status, BUFFER, shows=3
        with 0x100007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_1.4", EVTCHNOP_status, BUFFER, shows=3
        with 0x200007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_2.4", EVTCHNOP_status, BUFFER, shows=3
        with 0x300007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_3.4", EVTCHNOP_status, BUFFER, shows=3
        with 0x400007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_4.4", EVTCHNOP_status, BUFFER, shows=3
        with 0x500007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_5.4", EVTCHNOP_status, BUFFER, shows=3
        with 0x600007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_6.4", EVTCHNOP_status, BUFFER, shows=3
        with 1; event_op "bind_ipi_1", EVTCHNOP_bind_ipi, BUFFER, shows=1
        with DOMID_SELF; event_op "reset_itself", EVTCHNOP_reset, BUFFER, shows=1
        with 0x100007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_1.5", EVTCHNOP_status, BUFFER, shows=3
        with DOMID_SELF; event_op "go_on_with_a_reset_that_is_not", 14, BUFFER, shows=1
        with 0; event_op "bind_ipi_0", EVTCHNOP_bind_ipi, BUFFER, shows=1
        with DOMID_SELF; event_op "go_on_with_a_reset_of_0x7ff0", 14, BUFFER, shows=1
        with 5; event_op "go_on_with_a_reset_of_0x5", 14, BUFFER, shows=1
        with 0; event_op "go_on_with_a_reset_of_0x0", 14, BUFFER, shows=1
        with 1; event_op "go_on_with_a_reset_of_0x1", 14, BUFFER, shows=1

        table_rule "EVT-210"
        with 0x40000; event_op "expand_array", EVTCHNOP_expand_array, BUFFER, shows=1
        with 0x700000001; event_op "set_priority_1_7", EVTCHNOP_set_priority, BUFFER, shows=1
        with 0x700000000; event_op "set_priority_0_7", EVTCHNOP_set_priority, BUFFER, shows=1
        with 0x700000063; event_op "set_priority_99_7", EVTCHNOP_set_priority, BUFFER, shows=1
        with 0x1000000001; event_op "set_priority_1_16", EVTCHNOP_set_priority, BUFFER, shows=1
        with 0, 0x900000000, 0x5555555555555555
        event_op "init_control_0x0_0_9", EVTCHNOP_init_control, BUFFER, shows=3
        with 0, 0x1000, 0x5555555555555555; event_op "init_control_0x0_4096_0", EVTCHNOP_init_control, BUFFER, shows=3
        with 0, 4, 0x5555555555555555; event_op "init_control_0x0_4_0", EVTCHNOP_init_control, BUFFER, shows=3
        with 0, 4088, 0x5555555555555555; event_op "init_control_0x0_4088_0", EVTCHNOP_init_control, BUFFER, shows=3
        with 0x10000000000, 0, 0x5555555555555555
        event_op "init_control_0x10000000000_0_0", EVTCHNOP_init_control, BUFFER, shows=3
        with 0x4000000, 0x900000004, 0x5555555555555555
        event_op "init_control_0x4000000_4_9", EVTCHNOP_init_control, BUFFER, shows=3

        table_rule "EVT-211"
        with 0
        .text
code_16:
    mov x4, x1; 1: mov x0, #7; mov x1, x4; hvc #0xEA1; cbnz x0, 2f; subs x3, x3, #1; b.ne 1b; 2: mov x1, x3
    mov x4, #0
    ret
    .data
        run "bind_ipi_62_times", code_16, x16=32, x1=BUFFER, x3=62, shows=1
        with 0
        .text
code_17:
    mov x4, x1; 1: mov x0, #7; mov x1, x4; hvc #0xEA1; cbnz x0, 2f; subs x3, x3, #1; b.ne 1b; 2: mov x1, x3
    mov x4, #0
    ret
    .data
        run "bind_ipi_1_times", code_17, x16=32, x1=BUFFER, x3=1, shows=1
        with 0
        .text
code_18:
    mov x4, x1; 1: mov x0, #7; mov x1, x4; hvc #0xEA1; cbnz x0, 2f; subs x3, x3, #1; b.ne 1b; 2: mov x1, x3
    mov x4, #0
    ret
    .data
        run "bind_ipi_64_times", code_18, x16=32, x1=BUFFER, x3=64, shows=1
        with 0
        .text
code_19:
    mov x4, x1; 1: mov x0, #7; mov x1, x4; hvc #0xEA1; cbnz x0, 2f; subs x3, x3, #1; b.ne 1b; 2: mov x1, x3
    mov x4, #0
    ret
    .data
        run "bind_ipi_1_times.2", code_19, x16=32, x1=BUFFER, x3=1, shows=1
        with 0
        .text
code_20:
    mov x4, x1; 1: mov x0, #7; mov x1, x4; hvc #0xEA1; cbnz x0, 2f; subs x3, x3, #1; b.ne 1b; 2: mov x1, x3
    mov x4, #0
    ret
    .data
        run "bind_ipi_830_times", code_20, x16=32, x1=BUFFER, x3=830, shows=1
        with 0
        .text
code_21:
    mov x4, x1; 1: mov x0, #7; mov x1, x4; hvc #0xEA1; cbnz x0, 2f; subs x3, x3, #1; b.ne 1b; 2: mov x1, x3
    mov x4, #0
    ret
    .data
        run "bind_ipi_61_times", code_21, x16=32, x1=BUFFER, x3=61, shows=1
        with 0
        .text
code_22:
    mov x4, x1; 1: mov x0, #7; mov x1, x4; hvc #0xEA1; cbnz x0, 2f; subs x3, x3, #1; b.ne 1b; 2: mov x1, x3
    mov x4, #0
    ret
    .data
        run "bind_ipi_1_times.3", code_22, x16=32, x1=BUFFER, x3=1, shows=1
        with 0
        .text
code_23:
    mov x4, x1; 1: mov x0, #7; mov x1, x4; hvc #0xEA1; cbnz x0, 2f; subs x3, x3, #1; b.ne 1b; 2: mov x1, x3
    mov x4, #0
    ret
    .data
        run "bind_ipi_3072_times", code_23, x16=32, x1=BUFFER, x3=3072, shows=1
        with 0
        .text
code_24:
    mov x4, x1; 1: mov x0, #7; mov x1, x4; hvc #0xEA1; cbnz x0, 2f; subs x3, x3, #1; b.ne 1b; 2: mov x1, x3
    mov x4, #0
    ret
    .data
        run "bind_ipi_1_times.4", code_24, x16=32, x1=BUFFER, x3=1, shows=1
        with 0
        .text
code_25:
    mov x4, x1; 1: mov x0, #7; mov x1, x4; hvc #0xEA1; cbnz x0, 2f; subs x3, x3, #1; b.ne 1b; 2: mov x1, x3
    mov x4, #0
    ret
    .data
        run "bind_ipi_1_times.5", code_25, x16=32, x1=BUFFER, x3=1, shows=1
        table_end
#include "lib/end.S"
