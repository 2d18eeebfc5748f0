/* SCHEDOP_shutdown with a reason of nine bits, of which Xen looks at eight: reboot. */
#define REASON          (0x100 + SHUTDOWN_reboot)
#include "include/shutdown_with.S"
