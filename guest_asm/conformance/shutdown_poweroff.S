/* SCHEDOP_shutdown with reason poweroff: the domain wants to be no more. */
#define REASON          SHUTDOWN_poweroff
#include "include/shutdown_with.S"
