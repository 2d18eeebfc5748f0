/* SCHEDOP_shutdown with reason suspend: it is to be saved, where somebody is there to do it. */
#define REASON          SHUTDOWN_suspend
#include "include/shutdown_with.S"
