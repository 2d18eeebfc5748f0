/* SCHEDOP_shutdown with reason watchdog: the domain's time is up. */
#define REASON          SHUTDOWN_watchdog
#include "include/shutdown_with.S"
