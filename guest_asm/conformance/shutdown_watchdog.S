/* SCHEDOP_shutdown with reason watchdog: the domain's time is up. */
#define REASON          SHUTDOWN_watchdog
#include "shutdown_with.S"
