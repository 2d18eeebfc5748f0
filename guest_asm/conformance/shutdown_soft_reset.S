/* SCHEDOP_shutdown with reason soft_reset: the domain asks to be reset in place. */
#define REASON          SHUTDOWN_soft_reset
#include "include/shutdown_with.S"
