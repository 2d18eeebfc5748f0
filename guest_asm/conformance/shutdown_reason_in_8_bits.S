/* SCHEDOP_shutdown with a reason of nine bits, of which Xen uses eight: reboot. */
#define REASON          (0x100 + SHUTDOWN_reboot)
#include "include/shutdown_with.S"
