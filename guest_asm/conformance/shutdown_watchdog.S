/* SCHEDOP_shutdown with reason watchdog: the domain ends as if its watchdog had fired. */
#define REASON          SHUTDOWN_watchdog
#include "include/shutdown_with.S"
