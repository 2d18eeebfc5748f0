/*
 * hvm_op: every operation and every parameter.
 */
#include "include/table.S"

        table_rule "PRV-206"
        hvm_op "operation_0_with_NULL"
        with 0x6300000005, 0; hvm_op "operation_0_with_something", 0, BUFFER, shows=2
        hvm_op "operation_1_with_NULL", 1
        with 0x6300000005, 0; hvm_op "operation_1_with_something", 1, BUFFER, shows=2
        hvm_op "operation_2_with_NULL", 2
        with 0x6300000005, 0; hvm_op "operation_2_with_something", 2, BUFFER, shows=2
        hvm_op "operation_3_with_NULL", 3
        with 0x6300000005, 0; hvm_op "operation_3_with_something", 3, BUFFER, shows=2
        hvm_op "operation_4_with_NULL", 4
        with 0x6300000005, 0; hvm_op "operation_4_with_something", 4, BUFFER, shows=2
        hvm_op "operation_5_with_NULL", 5
        with 0x6300000005, 0; hvm_op "operation_5_with_something", 5, BUFFER, shows=2
        hvm_op "operation_6_with_NULL", 6
        with 0x6300000005, 0; hvm_op "operation_6_with_something", 6, BUFFER, shows=2
        hvm_op "operation_7_with_NULL", 7
        with 0x6300000005, 0; hvm_op "operation_7_with_something", 7, BUFFER, shows=2
        hvm_op "operation_8_with_NULL", 8
        with 0x6300000005, 0; hvm_op "operation_8_with_something", 8, BUFFER, shows=2
        hvm_op "operation_9_with_NULL", 9
        with 0x6300000005, 0; hvm_op "operation_9_with_something", 9, BUFFER, shows=2
        hvm_op "operation_10_with_NULL", 10
        with 0x6300000005, 0; hvm_op "operation_10_with_something", 10, BUFFER, shows=2
        hvm_op "operation_11_with_NULL", 11
        with 0x6300000005, 0; hvm_op "operation_11_with_something", 11, BUFFER, shows=2
        hvm_op "operation_12_with_NULL", 12
        with 0x6300000005, 0; hvm_op "operation_12_with_something", 12, BUFFER, shows=2
        hvm_op "operation_13_with_NULL", 13
        with 0x6300000005, 0; hvm_op "operation_13_with_something", 13, BUFFER, shows=2
        hvm_op "operation_14_with_NULL", 14
        with 0x6300000005, 0; hvm_op "operation_14_with_something", 14, BUFFER, shows=2
        hvm_op "operation_15_with_NULL", 15
        with 0x6300000005, 0; hvm_op "operation_15_with_something", 15, BUFFER, shows=2
        hvm_op "operation_16_with_NULL", 16
        with 0x6300000005, 0; hvm_op "operation_16_with_something", 16, BUFFER, shows=2
        hvm_op "operation_17_with_NULL", 17
        with 0x6300000005, 0; hvm_op "operation_17_with_something", 17, BUFFER, shows=2
        hvm_op "operation_18_with_NULL", 18
        with 0x6300000005, 0; hvm_op "operation_18_with_something", 18, BUFFER, shows=2
        hvm_op "operation_19_with_NULL", 19
        with 0x6300000005, 0; hvm_op "operation_19_with_something", 19, BUFFER, shows=2
        hvm_op "operation_20_with_NULL", 20
        with 0x6300000005, 0; hvm_op "operation_20_with_something", 20, BUFFER, shows=2
        hvm_op "operation_21_with_NULL", 21
        with 0x6300000005, 0; hvm_op "operation_21_with_something", 21, BUFFER, shows=2
        hvm_op "operation_22_with_NULL", 22
        with 0x6300000005, 0; hvm_op "operation_22_with_something", 22, BUFFER, shows=2
        hvm_op "operation_23_with_NULL", 23
        with 0x6300000005, 0; hvm_op "operation_23_with_something", 23, BUFFER, shows=2
        hvm_op "operation_24_with_NULL", 24
        with 0x6300000005, 0; hvm_op "operation_24_with_something", 24, BUFFER, shows=2
        hvm_op "operation_25_with_NULL", 25
        with 0x6300000005, 0; hvm_op "operation_25_with_something", 25, BUFFER, shows=2
        hvm_op "operation_26_with_NULL", 26
        with 0x6300000005, 0; hvm_op "operation_26_with_something", 26, BUFFER, shows=2
        hvm_op "operation_-1_with_NULL", -1
        with 0x6300000005, 0; hvm_op "operation_-1_with_something", -1, BUFFER, shows=2
        hvm_op "operation_4294967296_with_NULL", 0x100000000
        with 0x6300000005, 0; hvm_op "operation_4294967296_with_something", 0x100000000, BUFFER, shows=2
        hvm_op "operation_4294967297_with_NULL", 0x100000001
        with 0x6300000005, 0; hvm_op "operation_4294967297_with_something", 0x100000001, BUFFER, shows=2

        table_rule "PRV-207"
        with DOMID_SELF, 119; hvm_op "get_0", 1, BUFFER, shows=2
        with DOMID_SELF, 119; hvm_op "set_0", 0, BUFFER, shows=2
        with DOMID_SELF, 119; hvm_op "get_0.2", 1, BUFFER, shows=2
        with 0x100007ff0, 119; hvm_op "get_1", 1, BUFFER, shows=2
        with 0x100007ff0, 119; hvm_op "set_1", 0, BUFFER, shows=2
        with 0x100007ff0, 119; hvm_op "get_1.2", 1, BUFFER, shows=2
        with 0x200007ff0, 119; hvm_op "get_2", 1, BUFFER, shows=2
        with 0x200007ff0, 119; hvm_op "set_2", 0, BUFFER, shows=2
        with 0x200007ff0, 119; hvm_op "get_2.2", 1, BUFFER, shows=2
        with 0x300007ff0, 119; hvm_op "get_3", 1, BUFFER, shows=2
        with 0x300007ff0, 119; hvm_op "set_3", 0, BUFFER, shows=2
        with 0x300007ff0, 119; hvm_op "get_3.2", 1, BUFFER, shows=2
        with 0x400007ff0, 119; hvm_op "get_4", 1, BUFFER, shows=2
        with 0x400007ff0, 119; hvm_op "set_4", 0, BUFFER, shows=2
        with 0x400007ff0, 119; hvm_op "get_4.2", 1, BUFFER, shows=2
        with 0x500007ff0, 119; hvm_op "get_5", 1, BUFFER, shows=2
        with 0x500007ff0, 119; hvm_op "set_5", 0, BUFFER, shows=2
        with 0x500007ff0, 119; hvm_op "get_5.2", 1, BUFFER, shows=2
        with 0x600007ff0, 119; hvm_op "get_6", 1, BUFFER, shows=2
        with 0x600007ff0, 119; hvm_op "set_6", 0, BUFFER, shows=2
        with 0x600007ff0, 119; hvm_op "get_6.2", 1, BUFFER, shows=2
        with 0x700007ff0, 119; hvm_op "get_7", 1, BUFFER, shows=2
        with 0x700007ff0, 119; hvm_op "set_7", 0, BUFFER, shows=2
        with 0x700007ff0, 119; hvm_op "get_7.2", 1, BUFFER, shows=2
        with 0x800007ff0, 119; hvm_op "get_8", 1, BUFFER, shows=2
        with 0x800007ff0, 119; hvm_op "set_8", 0, BUFFER, shows=2
        with 0x800007ff0, 119; hvm_op "get_8.2", 1, BUFFER, shows=2
        with 0x900007ff0, 119; hvm_op "get_9", 1, BUFFER, shows=2
        with 0x900007ff0, 119; hvm_op "set_9", 0, BUFFER, shows=2
        with 0x900007ff0, 119; hvm_op "get_9.2", 1, BUFFER, shows=2
        with 0xa00007ff0, 119; hvm_op "get_10", 1, BUFFER, shows=2
        with 0xa00007ff0, 119; hvm_op "set_10", 0, BUFFER, shows=2
        with 0xa00007ff0, 119; hvm_op "get_10.2", 1, BUFFER, shows=2
        with 0xb00007ff0, 119; hvm_op "get_11", 1, BUFFER, shows=2
        with 0xb00007ff0, 119; hvm_op "set_11", 0, BUFFER, shows=2
        with 0xb00007ff0, 119; hvm_op "get_11.2", 1, BUFFER, shows=2
        with 0xc00007ff0, 119; hvm_op "get_12", 1, BUFFER, shows=2
        with 0xc00007ff0, 119; hvm_op "set_12", 0, BUFFER, shows=2
        with 0xc00007ff0, 119; hvm_op "get_12.2", 1, BUFFER, shows=2
        with 0xd00007ff0, 119; hvm_op "get_13", 1, BUFFER, shows=2
        with 0xd00007ff0, 119; hvm_op "set_13", 0, BUFFER, shows=2
        with 0xd00007ff0, 119; hvm_op "get_13.2", 1, BUFFER, shows=2
        with 0xe00007ff0, 119; hvm_op "get_14", 1, BUFFER, shows=2
        with 0xe00007ff0, 119; hvm_op "set_14", 0, BUFFER, shows=2
        with 0xe00007ff0, 119; hvm_op "get_14.2", 1, BUFFER, shows=2
        with 0xf00007ff0, 119; hvm_op "get_15", 1, BUFFER, shows=2
        with 0xf00007ff0, 119; hvm_op "set_15", 0, BUFFER, shows=2
        with 0xf00007ff0, 119; hvm_op "get_15.2", 1, BUFFER, shows=2
        with 0x1000007ff0, 119; hvm_op "get_16", 1, BUFFER, shows=2
        with 0x1000007ff0, 119; hvm_op "set_16", 0, BUFFER, shows=2
        with 0x1000007ff0, 119; hvm_op "get_16.2", 1, BUFFER, shows=2
        with 0x1100007ff0, 119; hvm_op "get_17", 1, BUFFER, shows=2
        with 0x1100007ff0, 119; hvm_op "set_17", 0, BUFFER, shows=2
        with 0x1100007ff0, 119; hvm_op "get_17.2", 1, BUFFER, shows=2
        with 0x1200007ff0, 119; hvm_op "get_18", 1, BUFFER, shows=2
        with 0x1200007ff0, 119; hvm_op "set_18", 0, BUFFER, shows=2
        with 0x1200007ff0, 119; hvm_op "get_18.2", 1, BUFFER, shows=2
        with 0x1300007ff0, 119; hvm_op "get_19", 1, BUFFER, shows=2
        with 0x1300007ff0, 119; hvm_op "set_19", 0, BUFFER, shows=2
        with 0x1300007ff0, 119; hvm_op "get_19.2", 1, BUFFER, shows=2
        with 0x1400007ff0, 119; hvm_op "get_20", 1, BUFFER, shows=2
        with 0x1400007ff0, 119; hvm_op "set_20", 0, BUFFER, shows=2
        with 0x1400007ff0, 119; hvm_op "get_20.2", 1, BUFFER, shows=2
        with 0x1500007ff0, 119; hvm_op "get_21", 1, BUFFER, shows=2
        with 0x1500007ff0, 119; hvm_op "set_21", 0, BUFFER, shows=2
        with 0x1500007ff0, 119; hvm_op "get_21.2", 1, BUFFER, shows=2
        with 0x1600007ff0, 119; hvm_op "get_22", 1, BUFFER, shows=2
        with 0x1600007ff0, 119; hvm_op "set_22", 0, BUFFER, shows=2
        with 0x1600007ff0, 119; hvm_op "get_22.2", 1, BUFFER, shows=2
        with 0x1700007ff0, 119; hvm_op "get_23", 1, BUFFER, shows=2
        with 0x1700007ff0, 119; hvm_op "set_23", 0, BUFFER, shows=2
        with 0x1700007ff0, 119; hvm_op "get_23.2", 1, BUFFER, shows=2
        with 0x1800007ff0, 119; hvm_op "get_24", 1, BUFFER, shows=2
        with 0x1800007ff0, 119; hvm_op "set_24", 0, BUFFER, shows=2
        with 0x1800007ff0, 119; hvm_op "get_24.2", 1, BUFFER, shows=2
        with 0x1900007ff0, 119; hvm_op "get_25", 1, BUFFER, shows=2
        with 0x1900007ff0, 119; hvm_op "set_25", 0, BUFFER, shows=2
        with 0x1900007ff0, 119; hvm_op "get_25.2", 1, BUFFER, shows=2
        with 0x1a00007ff0, 119; hvm_op "get_26", 1, BUFFER, shows=2
        with 0x1a00007ff0, 119; hvm_op "set_26", 0, BUFFER, shows=2
        with 0x1a00007ff0, 119; hvm_op "get_26.2", 1, BUFFER, shows=2
        with 0x1b00007ff0, 119; hvm_op "get_27", 1, BUFFER, shows=2
        with 0x1b00007ff0, 119; hvm_op "set_27", 0, BUFFER, shows=2
        with 0x1b00007ff0, 119; hvm_op "get_27.2", 1, BUFFER, shows=2
        with 0x1c00007ff0, 119; hvm_op "get_28", 1, BUFFER, shows=2
        with 0x1c00007ff0, 119; hvm_op "set_28", 0, BUFFER, shows=2
        with 0x1c00007ff0, 119; hvm_op "get_28.2", 1, BUFFER, shows=2
        with 0x1d00007ff0, 119; hvm_op "get_29", 1, BUFFER, shows=2
        with 0x1d00007ff0, 119; hvm_op "set_29", 0, BUFFER, shows=2
        with 0x1d00007ff0, 119; hvm_op "get_29.2", 1, BUFFER, shows=2
        with 0x1e00007ff0, 119; hvm_op "get_30", 1, BUFFER, shows=2
        with 0x1e00007ff0, 119; hvm_op "set_30", 0, BUFFER, shows=2
        with 0x1e00007ff0, 119; hvm_op "get_30.2", 1, BUFFER, shows=2
        with 0x1f00007ff0, 119; hvm_op "get_31", 1, BUFFER, shows=2
        with 0x1f00007ff0, 119; hvm_op "set_31", 0, BUFFER, shows=2
        with 0x1f00007ff0, 119; hvm_op "get_31.2", 1, BUFFER, shows=2
        with 0x2000007ff0, 119; hvm_op "get_32", 1, BUFFER, shows=2
        with 0x2000007ff0, 119; hvm_op "set_32", 0, BUFFER, shows=2
        with 0x2000007ff0, 119; hvm_op "get_32.2", 1, BUFFER, shows=2
        with 0x2100007ff0, 119; hvm_op "get_33", 1, BUFFER, shows=2
        with 0x2100007ff0, 119; hvm_op "set_33", 0, BUFFER, shows=2
        with 0x2100007ff0, 119; hvm_op "get_33.2", 1, BUFFER, shows=2
        with 0x2200007ff0, 119; hvm_op "get_34", 1, BUFFER, shows=2
        with 0x2200007ff0, 119; hvm_op "set_34", 0, BUFFER, shows=2
        with 0x2200007ff0, 119; hvm_op "get_34.2", 1, BUFFER, shows=2
        with 0x2300007ff0, 119; hvm_op "get_35", 1, BUFFER, shows=2
        with 0x2300007ff0, 119; hvm_op "set_35", 0, BUFFER, shows=2
        with 0x2300007ff0, 119; hvm_op "get_35.2", 1, BUFFER, shows=2
        with 0x2400007ff0, 119; hvm_op "get_36", 1, BUFFER, shows=2
        with 0x2400007ff0, 119; hvm_op "set_36", 0, BUFFER, shows=2
        with 0x2400007ff0, 119; hvm_op "get_36.2", 1, BUFFER, shows=2
        with 0x2500007ff0, 119; hvm_op "get_37", 1, BUFFER, shows=2
        with 0x2500007ff0, 119; hvm_op "set_37", 0, BUFFER, shows=2
        with 0x2500007ff0, 119; hvm_op "get_37.2", 1, BUFFER, shows=2
        with 0x2600007ff0, 119; hvm_op "get_38", 1, BUFFER, shows=2
        with 0x2600007ff0, 119; hvm_op "set_38", 0, BUFFER, shows=2
        with 0x2600007ff0, 119; hvm_op "get_38.2", 1, BUFFER, shows=2
        with 0x2700007ff0, 119; hvm_op "get_39", 1, BUFFER, shows=2
        with 0x2700007ff0, 119; hvm_op "set_39", 0, BUFFER, shows=2
        with 0x2700007ff0, 119; hvm_op "get_39.2", 1, BUFFER, shows=2
        with 0x2800007ff0, 119; hvm_op "get_40", 1, BUFFER, shows=2
        with 0x2800007ff0, 119; hvm_op "set_40", 0, BUFFER, shows=2
        with 0x2800007ff0, 119; hvm_op "get_40.2", 1, BUFFER, shows=2
        with 0x2900007ff0, 119; hvm_op "get_41", 1, BUFFER, shows=2
        with 0x2900007ff0, 119; hvm_op "set_41", 0, BUFFER, shows=2
        with 0x2900007ff0, 119; hvm_op "get_41.2", 1, BUFFER, shows=2
        with 0xffffffff00007ff0, 119; hvm_op "get_-1", 1, BUFFER, shows=2
        with 0xffffffff00007ff0, 119; hvm_op "set_-1", 0, BUFFER, shows=2
        with 0xffffffff00007ff0, 119; hvm_op "get_-1.2", 1, BUFFER, shows=2

        table_rule "PRV-208"
        with 5, 119; hvm_op "get_0x5_0", 1, BUFFER, shows=2
        with 5, 119; hvm_op "set_0x5_0", 0, BUFFER, shows=2
        with 0x300000005, 119; hvm_op "get_0x5_3", 1, BUFFER, shows=2
        with 0x300000005, 119; hvm_op "set_0x5_3", 0, BUFFER, shows=2
        with 0x6300000005, 119; hvm_op "get_0x5_99", 1, BUFFER, shows=2
        with 0x6300000005, 119; hvm_op "set_0x5_99", 0, BUFFER, shows=2
        with 0, 119; hvm_op "get_0x0_0", 1, BUFFER, shows=2
        with 0, 119; hvm_op "set_0x0_0", 0, BUFFER, shows=2
        with 0x300000000, 119; hvm_op "get_0x0_3", 1, BUFFER, shows=2
        with 0x300000000, 119; hvm_op "set_0x0_3", 0, BUFFER, shows=2
        with 0x6300000000, 119; hvm_op "get_0x0_99", 1, BUFFER, shows=2
        with 0x6300000000, 119; hvm_op "set_0x0_99", 0, BUFFER, shows=2
        with 1, 119; hvm_op "get_0x1_0", 1, BUFFER, shows=2
        with 1, 119; hvm_op "set_0x1_0", 0, BUFFER, shows=2
        with 0x300000001, 119; hvm_op "get_0x1_3", 1, BUFFER, shows=2
        with 0x300000001, 119; hvm_op "set_0x1_3", 0, BUFFER, shows=2
        with 0x6300000001, 119; hvm_op "get_0x1_99", 1, BUFFER, shows=2
        with 0x6300000001, 119; hvm_op "set_0x1_99", 0, BUFFER, shows=2
        with 0x7ff1, 119; hvm_op "get_0x7ff1_0", 1, BUFFER, shows=2
        with 0x7ff1, 119; hvm_op "set_0x7ff1_0", 0, BUFFER, shows=2
        with 0x300007ff1, 119; hvm_op "get_0x7ff1_3", 1, BUFFER, shows=2
        with 0x300007ff1, 119; hvm_op "set_0x7ff1_3", 0, BUFFER, shows=2
        with 0x6300007ff1, 119; hvm_op "get_0x7ff1_99", 1, BUFFER, shows=2
        with 0x6300007ff1, 119; hvm_op "set_0x7ff1_99", 0, BUFFER, shows=2
        table_end
#include "lib/end.S"
