/* SCHEDOP_shutdown with reason soft_reset: the domain wants to begin anew as it is. */
#define REASON          SHUTDOWN_soft_reset
#include "include/shutdown_with.S"
