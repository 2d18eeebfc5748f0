/* SCHEDOP_shutdown with reason poweroff: the domain powers itself off. */
#define REASON          SHUTDOWN_poweroff
#include "include/shutdown_with.S"
