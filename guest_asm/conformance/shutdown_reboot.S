/* SCHEDOP_shutdown with reason reboot: the domain asks to be restarted. */
#define REASON          SHUTDOWN_reboot
#include "include/shutdown_with.S"
