/*
 * Hypercalls whose argument can be read and not written, and numbers at their limits.
 *
 * READONLY is a page that the domain grants itself, mapped to be read only; WRITABLE is the same page as RAM.
 */
#include "include/table.S"

#define TABLE           (FREE+40)
#define WRITABLE        (ZONE+90)
#define READONLY        (FREE+48)
#define AT(offset)      BYTE_AT(WRITABLE, offset)
#define READ_AT(offset) BYTE_AT(READONLY, offset)
#define PARAM(index)    ((index)<<32)+DOMID_SELF

        table_rule "CAL-305"
        with DOMID_SELF+(XENMAPSPACE_grant_table<<32), 0, GFN(TABLE); memory_op "table", XENMEM_add_to_physmap, BUFFER
        put BYTE_AT(TABLE,64), OWN_ENTRY(WRITABLE, 5)
        with PAGE_AT(READONLY), 0x800000006, OWN, 0
        grant_op "map_to_be_read", GNTTABOP_map_grant_ref, BUFFER, 1, shows=4, hidden=8
        put AT(0), 0; version_op "features", XENVER_get_features, READ_AT(0)
        put AT(0), 0x7ff07ff0; event_op "alloc_unbound", EVTCHNOP_alloc_unbound, READ_AT(0)
        put AT(0), 0; event_op "bind_ipi", EVTCHNOP_bind_ipi, READ_AT(0)
        put AT(0), 0x100007ff0, 0, 0; event_op "status", EVTCHNOP_status, READ_AT(0), looks=AT(0), shows=3
        put AT(0), DOMID_SELF, 0; grant_op "query_size", GNTTABOP_query_size, READ_AT(0), 1
        put AT(0), DOMID_SELF; grant_op "get_version", GNTTABOP_get_version, READ_AT(0), 1
        put AT(0), 1; grant_op "set_version", GNTTABOP_set_version, READ_AT(0), 1
        put AT(0), 0x200007ff0, 0, READ_AT(64); grant_op "setup_table", GNTTABOP_setup_table, READ_AT(0), 1
        with 0x100007ff0, 0, READ_AT(64); grant_op "setup_into_read_only", GNTTABOP_setup_table, BUFFER, 1, shows=2
        put AT(0), 0, 0, 99; grant_op "unmap", GNTTABOP_unmap_grant_ref, READ_AT(0), 1
        put AT(0), 0x1f0000001e, 0; grant_op "swap", GNTTABOP_swap_grant_ref, READ_AT(0), 1
        put AT(0), GFN(WRITABLE), DOMID_SELF, GFN(ZONE), DOMID_SELF, 8; grant_op "copy", GNTTABOP_copy, READ_AT(0), 1
        put AT(0), PAGE_AT(READONLY+1), 0x800000006, OWN, 0; grant_op "map", GNTTABOP_map_grant_ref, READ_AT(0), 1
        put AT(0), PARAM(HVM_PARAM_STORE_PFN), 0; hvm_op "get_param", HVMOP_get_param, READ_AT(0)
        put AT(0), 0, 0, 0; memory_op "reserved_devices", XENMEM_reserved_device_memory_map, READ_AT(0)
        put AT(0), ARRAY, 1, 0, DOMID_SELF, ARRAY, 1, 0, DOMID_SELF, 0; memory_op "exchange", XENMEM_exchange, READ_AT(0)
        put AT(0), ARRAY, 1, 0, DOMID_SELF, ARRAY, 1, 0, DOMID_SELF, 1; memory_op "all_is_exchanged", XENMEM_exchange, READ_AT(0)
        with (1<<32)+(XENMAPSPACE_grant_table<<16)+DOMID_SELF, ARRAY, ARRAY_AT(8), READ_AT(0)
        with_array 1, GFN(FREE+60)
        memory_op "batch_errors", XENMEM_add_to_physmap_batch, BUFFER
        put AT(0), HYPERVISOR_xen_version, 0, 0, 0; multicall "multicall", READ_AT(0), 1
        put AT(0), 0; vcpu_op "area", 5, 0, READ_AT(0)
        version_op "extra_version", 1, READ_AT(0)

        table_rule "CAL-306"
        with 0, 0; hypfs_op "path_of_0", 3, BUFFER, 0
        with '/', 0; hypfs_op "path_of_1", 3, BUFFER, 1
        with 0, 0; hypfs_op "empty_path", 3, BUFFER, 1
        with '/', 0; hypfs_op "root", 3, BUFFER, 2
        with '/', 0; hypfs_op "command_99_of_root", 99, BUFFER, 2
        with 'a', 0; hypfs_op "command_99_of_a", 99, BUFFER, 2
        with 'a', 0; hypfs_op "command_1_of_a", 1, BUFFER, 2, ARRAY, 64
        hypfs_op "path_of_1024", 1, PAGE_AT(ZONE+91), 1024
        hypfs_op "path_of_1025", 1, PAGE_AT(ZONE+91), 1025
        with ARRAY, 128, 1; sched_op "poll_128_ports", SCHEDOP_poll, BUFFER
        with ARRAY, 129, 1; sched_op "poll_129_ports", SCHEDOP_poll, BUFFER
        with 0; sched_op "pin_to_0", SCHEDOP_pin_override, BUFFER
        with 1; sched_op "pin_to_1", SCHEDOP_pin_override, BUFFER
        with -1; sched_op "pin_no_more", SCHEDOP_pin_override, BUFFER
        with (100<<32); sched_op "watchdog", SCHEDOP_watchdog, BUFFER
        with (100<<32); sched_op "another_watchdog", SCHEDOP_watchdog, BUFFER
        with (100<<32); sched_op "a_third_watchdog", SCHEDOP_watchdog, BUFFER
        with (100<<32)+1; sched_op "set_the_first", SCHEDOP_watchdog, BUFFER
        with (100<<32)+2; sched_op "set_the_second", SCHEDOP_watchdog, BUFFER
        with (100<<32)+3; sched_op "set_the_third", SCHEDOP_watchdog, BUFFER
        with 1; sched_op "stop_the_first", SCHEDOP_watchdog, BUFFER
        with 2; sched_op "stop_the_second", SCHEDOP_watchdog, BUFFER
        with 2; sched_op "stop_it_again", SCHEDOP_watchdog, BUFFER
        grant_op "most_entries", GNTTABOP_query_size, NOWHERE, 0x7fffffff
        grant_op "more_than_most", GNTTABOP_query_size, NOWHERE, 0x80000000
        with GFN(ZONE+92), 0xfd0; vcpu_op "info_at_the_end", 10, 9, BUFFER
        with 1<<51, 0; vcpu_op "info_at_2**51", 10, 0, BUFFER
        with 1<<52, 0; vcpu_op "info_at_2**52", 10, 0, BUFFER
        with GFN(ZONE+92), 0x1000; vcpu_op "info_beyond_the_page", 10, 0, BUFFER
        with GFN(ZONE+92), 0xfd8; vcpu_op "info_over_the_end", 10, 0, BUFFER
        with GFN(ZONE+92), 0xfd0; vcpu_op "info_to_the_end", 10, 0, BUFFER
        with GFN(ZONE+92), 0xfd0; vcpu_op "info_of_vcpu_2", 10, 2, BUFFER
        with GFN(ZONE+93), 0; vcpu_op "info_of_vcpu_1", 10, 1, BUFFER
        with GFN(ZONE+94), 0, 2; event_op "control_of_vcpu_2", EVTCHNOP_init_control, BUFFER, shows=3
        with GFN(ZONE+94), (1<<32), 0; event_op "control_of_vcpu_1", EVTCHNOP_init_control, BUFFER, shows=3
        with GFN(ZONE+95), 0xfb8; event_op "control_at_the_end", EVTCHNOP_init_control, BUFFER, shows=3
        with GFN(ZONE+95), 0xfc0; event_op "control_over_the_end", EVTCHNOP_init_control, BUFFER, shows=3
        with 20; version_op "build_id_of_20", 10, BUFFER
        with 19; version_op "build_id_of_19", 10, BUFFER, shows=1

        table_rule "CAL-307"
        with READ_AT(0), 8<<32, 3; grant_op "flush_no_memory", GNTTABOP_cache_flush, BUFFER, 1
        with PAGE_AT(ZONE), (8<<16), 1; grant_op "flush_by_address", GNTTABOP_cache_flush, BUFFER, 1
        with PAGE_AT(ZONE), (8<<16)+(1<<32); grant_op "clean", GNTTABOP_cache_flush, BUFFER, 1
        with PAGE_AT(ZONE), (8<<16)+(2<<32); grant_op "invalidate", GNTTABOP_cache_flush, BUFFER, 1
        with PAGE_AT(ZONE), (8<<16)+(3<<32); grant_op "both", GNTTABOP_cache_flush, BUFFER, 1
        with PAGE_AT(ZONE), (8<<16)+(4<<32); grant_op "unknown", GNTTABOP_cache_flush, BUFFER, 1
        with PAGE_AT(ZONE), 4095+(1<<16)+(1<<32); grant_op "the_last_byte", GNTTABOP_cache_flush, BUFFER, 1
        with PAGE_AT(ZONE), 4095+(2<<16)+(1<<32); grant_op "beyond_it", GNTTABOP_cache_flush, BUFFER, 1
        with PAGE_AT(ZONE), 4096+(1<<32); grant_op "nothing_of_the_next_page", GNTTABOP_cache_flush, BUFFER, 1
        with PAGE_AT(ZONE), (4096<<16)+(1<<32); grant_op "a_whole_page", GNTTABOP_cache_flush, BUFFER, 1
        with PAGE_AT(ZONE), (4097<<16)+(1<<32); grant_op "more_than_a_page", GNTTABOP_cache_flush, BUFFER, 1
        with PAGE_AT(ZONE), 1+(1<<32); grant_op "of_no_length", GNTTABOP_cache_flush, BUFFER, 1
        with PAGE_AT(ZONE), (8<<16); grant_op "nothing_to_do", GNTTABOP_cache_flush, BUFFER, 1
        with PAGE_AT(READONLY), (8<<16)+(1<<32); grant_op "a_gfn_that_is_no_frame", GNTTABOP_cache_flush, BUFFER, 1

        table_end
#include "lib/end.S"
