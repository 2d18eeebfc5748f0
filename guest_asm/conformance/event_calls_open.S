/*
 * event_channel_op: which commands open a port, for whom, and what its status is then.
 */
#include "include/table.S"

        table_rule "EVT-201"
        event_op "command_0_with_NULL", EVTCHNOP_bind_interdomain
        event_op "command_0_from_nowhere", EVTCHNOP_bind_interdomain, NOWHERE
        event_op "command_1_with_NULL", EVTCHNOP_bind_virq
        event_op "command_1_from_nowhere", EVTCHNOP_bind_virq, NOWHERE
        event_op "command_2_with_NULL", EVTCHNOP_bind_pirq
        event_op "command_2_from_nowhere", EVTCHNOP_bind_pirq, NOWHERE
        event_op "command_3_with_NULL", EVTCHNOP_close
        event_op "command_3_from_nowhere", EVTCHNOP_close, NOWHERE
        event_op "command_4_with_NULL", EVTCHNOP_send
        event_op "command_4_from_nowhere", EVTCHNOP_send, NOWHERE
        event_op "command_5_with_NULL", EVTCHNOP_status
        event_op "command_5_from_nowhere", EVTCHNOP_status, NOWHERE
        event_op "command_6_with_NULL", EVTCHNOP_alloc_unbound
        event_op "command_6_from_nowhere", EVTCHNOP_alloc_unbound, NOWHERE
        event_op "command_7_with_NULL", EVTCHNOP_bind_ipi
        event_op "command_7_from_nowhere", EVTCHNOP_bind_ipi, NOWHERE
        event_op "command_8_with_NULL", EVTCHNOP_bind_vcpu
        event_op "command_8_from_nowhere", EVTCHNOP_bind_vcpu, NOWHERE
        event_op "command_9_with_NULL", EVTCHNOP_unmask
        event_op "command_9_from_nowhere", EVTCHNOP_unmask, NOWHERE
        event_op "command_10_with_NULL", EVTCHNOP_reset
        event_op "command_10_from_nowhere", EVTCHNOP_reset, NOWHERE
        event_op "command_11_with_NULL", EVTCHNOP_init_control
        event_op "command_11_from_nowhere", EVTCHNOP_init_control, NOWHERE
        event_op "command_12_with_NULL", EVTCHNOP_expand_array
        event_op "command_12_from_nowhere", EVTCHNOP_expand_array, NOWHERE
        event_op "command_13_with_NULL", EVTCHNOP_set_priority
        event_op "command_13_from_nowhere", EVTCHNOP_set_priority, NOWHERE
        event_op "command_14_with_NULL", 14
        event_op "command_14_from_nowhere", 14, NOWHERE
        event_op "command_15_with_NULL", 15
        event_op "command_15_from_nowhere", 15, NOWHERE
        event_op "command_-1_with_NULL", -1
        event_op "command_-1_from_nowhere", -1, NOWHERE
        event_op "command_999_with_NULL", 999
        event_op "command_999_from_nowhere", 999, NOWHERE
        event_op "command_4294967301_with_NULL", 0x100000005
        event_op "command_4294967301_from_nowhere", 0x100000005, NOWHERE

        table_rule "EVT-202"
        with DOMID_SELF, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_0", EVTCHNOP_status, BUFFER, shows=3
        with 0x100007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_1", EVTCHNOP_status, BUFFER, shows=3
        with 0x3f00007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_63", EVTCHNOP_status, BUFFER, shows=3
        with 0x4000007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_64", EVTCHNOP_status, BUFFER, shows=3
        with 0x7f00007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_127", EVTCHNOP_status, BUFFER, shows=3
        with 0xfff00007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_4095", EVTCHNOP_status, BUFFER, shows=3
        with 0x100000007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_4096", EVTCHNOP_status, BUFFER, shows=3
        with 0x2000000007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_131072", EVTCHNOP_status, BUFFER, shows=3
        with 0xffffffff00007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_-1", EVTCHNOP_status, BUFFER, shows=3
        with 0x100000000, 0x1111, 0x2222222222222222; event_op "status_of_0x0_1", EVTCHNOP_status, BUFFER, shows=3
        with 0x100000001, 0x1111, 0x2222222222222222; event_op "status_of_0x1_1", EVTCHNOP_status, BUFFER, shows=3
        with 0x100000005, 0x1111, 0x2222222222222222; event_op "status_of_0x5_1", EVTCHNOP_status, BUFFER, shows=3
        with 0x100007ff1, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff1_1", EVTCHNOP_status, BUFFER, shows=3
        with 0x100007fff, 0x1111, 0x2222222222222222; event_op "status_of_0x7fff_1", EVTCHNOP_status, BUFFER, shows=3
        with 0x100007ff4, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff4_1", EVTCHNOP_status, BUFFER, shows=3

        table_rule "EVT-203"
        with 0xabcd7ff07ff0; event_op "alloc_unbound_0x7ff0_0x7ff0", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        with 0xabcd00007ff0; event_op "alloc_unbound_0x7ff0_0x0", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        with 0xabcd00017ff0; event_op "alloc_unbound_0x7ff0_0x1", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        with 0xabcd00057ff0; event_op "alloc_unbound_0x7ff0_0x5", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        with 0xabcd00000005; event_op "alloc_unbound_0x5_0x0", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        with 0xabcd00010000; event_op "alloc_unbound_0x0_0x1", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        with 0xabcd00000001; event_op "alloc_unbound_0x1_0x0", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        with 0xabcd7ff17ff0; event_op "alloc_unbound_0x7ff0_0x7ff1", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        with 0xabcdffff7ff0; event_op "alloc_unbound_0x7ff0_0xffff", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        with 0xabcd00007ff1; event_op "alloc_unbound_0x7ff1_0x0", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        with 0xabcd00007ff4; event_op "alloc_unbound_0x7ff4_0x0", EVTCHNOP_alloc_unbound, BUFFER, shows=1
        with 0x100007ff0, 0x5555; event_op "bind_interdomain_0x7ff0_1", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        with 0x100007ff0, 0x5555; event_op "bind_interdomain_0x7ff0_1.2", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        with 0x200007ff0, 0x5555; event_op "bind_interdomain_0x7ff0_2", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        with 0x300007ff0, 0x5555; event_op "bind_interdomain_0x7ff0_3", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        with DOMID_SELF, 0x5555; event_op "bind_interdomain_0x7ff0_0", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        with 0x3f00007ff0, 0x5555; event_op "bind_interdomain_0x7ff0_63", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        with 0xc800007ff0, 0x5555; event_op "bind_interdomain_0x7ff0_200", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        with 0x138800007ff0, 0x5555
        event_op "bind_interdomain_0x7ff0_5000", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        with 0x100000005, 0x5555; event_op "bind_interdomain_0x5_1", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        with 0x100000000, 0x5555; event_op "bind_interdomain_0x0_1", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        with 0x100000001, 0x5555; event_op "bind_interdomain_0x1_1", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        with 0x100007ff1, 0x5555; event_op "bind_interdomain_0x7ff1_1", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        with 0x400000001, 0x5555; event_op "bind_interdomain_0x1_4", EVTCHNOP_bind_interdomain, BUFFER, shows=2
        with 0x200000000, 0x5555; event_op "bind_interdomain_0x0_2", EVTCHNOP_bind_interdomain, BUFFER, shows=2

        table_rule "EVT-204"
        with 0, 0x7777; event_op "bind_virq_0", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 1, 0x7777; event_op "bind_virq_1", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 2, 0x7777; event_op "bind_virq_2", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 3, 0x7777; event_op "bind_virq_3", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 4, 0x7777; event_op "bind_virq_4", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 5, 0x7777; event_op "bind_virq_5", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 6, 0x7777; event_op "bind_virq_6", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 7, 0x7777; event_op "bind_virq_7", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 8, 0x7777; event_op "bind_virq_8", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 9, 0x7777; event_op "bind_virq_9", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 10, 0x7777; event_op "bind_virq_10", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 11, 0x7777; event_op "bind_virq_11", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 12, 0x7777; event_op "bind_virq_12", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 13, 0x7777; event_op "bind_virq_13", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 14, 0x7777; event_op "bind_virq_14", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 15, 0x7777; event_op "bind_virq_15", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 16, 0x7777; event_op "bind_virq_16", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 17, 0x7777; event_op "bind_virq_17", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 18, 0x7777; event_op "bind_virq_18", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 19, 0x7777; event_op "bind_virq_19", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 20, 0x7777; event_op "bind_virq_20", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 21, 0x7777; event_op "bind_virq_21", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 22, 0x7777; event_op "bind_virq_22", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 23, 0x7777; event_op "bind_virq_23", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 24, 0x7777; event_op "bind_virq_24", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 25, 0x7777; event_op "bind_virq_25", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 0x100000000, 0x7777; event_op "bind_virq_0_of_vCPU_1", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 0x100000000, 0x7777; event_op "bind_virq_0_of_vCPU_1.2", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 0x200000000, 0x7777; event_op "bind_virq_0_of_vCPU_2", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 0x100000001, 0x7777; event_op "bind_virq_1_of_vCPU_1", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 0x100000002, 0x7777; event_op "bind_virq_2_of_vCPU_1", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 0x100000007, 0x7777; event_op "bind_virq_7_of_vCPU_1", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 0x10000000d, 0x7777; event_op "bind_virq_13_of_vCPU_1", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 0xffffffff, 0x7777; event_op "bind_virq_-1_of_vCPU_0", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 0xffffffff00000000, 0x7777; event_op "bind_virq_0_of_vCPU_-1", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 0x900000018, 0x7777; event_op "bind_virq_24_of_vCPU_9", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 0x900000001, 0x7777; event_op "bind_virq_1_of_vCPU_9", EVTCHNOP_bind_virq, BUFFER, shows=2
        with 0x100000008, 0x7777; event_op "bind_virq_8_of_vCPU_1", EVTCHNOP_bind_virq, BUFFER, shows=2

        table_rule "EVT-205"
        with 0x333300000000; event_op "bind_ipi_0", EVTCHNOP_bind_ipi, BUFFER, shows=1
        with 0x333300000001; event_op "bind_ipi_1", EVTCHNOP_bind_ipi, BUFFER, shows=1
        with 0x333300000002; event_op "bind_ipi_2", EVTCHNOP_bind_ipi, BUFFER, shows=1
        with 0x3333ffffffff; event_op "bind_ipi_-1", EVTCHNOP_bind_ipi, BUFFER, shows=1
        with 0, 153; event_op "bind_pirq_0", EVTCHNOP_bind_pirq, BUFFER, shows=2
        with 5, 153; event_op "bind_pirq_5", EVTCHNOP_bind_pirq, BUFFER, shows=2
        with 0xffffffff, 153; event_op "bind_pirq_-1", EVTCHNOP_bind_pirq, BUFFER, shows=2
        with 300, 153; event_op "bind_pirq_300", EVTCHNOP_bind_pirq, BUFFER, shows=2

        table_rule "EVT-206"
        with DOMID_SELF, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_0", EVTCHNOP_status, BUFFER, shows=3
        with 0x100007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_1", EVTCHNOP_status, BUFFER, shows=3
        with 0x200007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_2", EVTCHNOP_status, BUFFER, shows=3
        with 0x300007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_3", EVTCHNOP_status, BUFFER, shows=3
        with 0x400007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_4", EVTCHNOP_status, BUFFER, shows=3
        with 0x500007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_5", EVTCHNOP_status, BUFFER, shows=3
        with 0x600007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_6", EVTCHNOP_status, BUFFER, shows=3
        with 0x700007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_7", EVTCHNOP_status, BUFFER, shows=3
        with 0x800007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_8", EVTCHNOP_status, BUFFER, shows=3
        with 0x900007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_9", EVTCHNOP_status, BUFFER, shows=3
        with 0xa00007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_10", EVTCHNOP_status, BUFFER, shows=3
        with 0xb00007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_11", EVTCHNOP_status, BUFFER, shows=3
        with 0xc00007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_12", EVTCHNOP_status, BUFFER, shows=3
        with 0xd00007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_13", EVTCHNOP_status, BUFFER, shows=3
        with 0xe00007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_14", EVTCHNOP_status, BUFFER, shows=3
        with 0xf00007ff0, 0x1111, 0x2222222222222222; event_op "status_of_0x7ff0_15", EVTCHNOP_status, BUFFER, shows=3
        with 0x1000007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_16", EVTCHNOP_status, BUFFER, shows=3
        with 0x1100007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_17", EVTCHNOP_status, BUFFER, shows=3
        with 0x1200007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_18", EVTCHNOP_status, BUFFER, shows=3
        with 0x1300007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_19", EVTCHNOP_status, BUFFER, shows=3
        with 0x1400007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_20", EVTCHNOP_status, BUFFER, shows=3
        with 0x1500007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_21", EVTCHNOP_status, BUFFER, shows=3
        with 0x1600007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_22", EVTCHNOP_status, BUFFER, shows=3
        with 0x1700007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_23", EVTCHNOP_status, BUFFER, shows=3
        with 0x1800007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_24", EVTCHNOP_status, BUFFER, shows=3
        with 0x1900007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_25", EVTCHNOP_status, BUFFER, shows=3
        with 0x1a00007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_26", EVTCHNOP_status, BUFFER, shows=3
        with 0x1b00007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_27", EVTCHNOP_status, BUFFER, shows=3
        with 0x1c00007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_28", EVTCHNOP_status, BUFFER, shows=3
        with 0x1d00007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_29", EVTCHNOP_status, BUFFER, shows=3
        with 0x1e00007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_30", EVTCHNOP_status, BUFFER, shows=3
        with 0x1f00007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_31", EVTCHNOP_status, BUFFER, shows=3
        with 0x2000007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_32", EVTCHNOP_status, BUFFER, shows=3
        with 0x2100007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_33", EVTCHNOP_status, BUFFER, shows=3
        with 0x2200007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_34", EVTCHNOP_status, BUFFER, shows=3
        with 0x2300007ff0, 0x1111, 0x2222222222222222
        event_op "status_of_0x7ff0_35", EVTCHNOP_status, BUFFER, shows=3
        table_end
#include "lib/end.S"
