#ifndef TESTS_UNIT_FAILING_DISK_H
#define TESTS_UNIT_FAILING_DISK_H

#include <stdbool.h>

/*
 * A disk under the database engine of this program whose n-th change goes wrong: a write, a
 * truncation, a sync, a file made or removed, or a grown index of the log.  Reading never fails.
 */
enum disk_fault {
	DISK_IO_ERROR,		/* half of the write arrived; syncs fail too */
	DISK_FULL,		/* half of the write arrived; nothing can be made or grown, syncs work */
	DISK_POWER_CUT,		/* nothing reaches the disk from here on; what was not synced is in doubt */
	DISK_FAULT__COUNT
};

void disk_install(void);	/* before the first database is opened through it; again is fine */
/* for_good: every change from the n-th on; a power cut always is. */
void disk_fail_after(enum disk_fault how, bool for_good, long changes);
void disk_well(void);
/* Whether it went wrong since disk_fail_after. */
bool disk_happened(void);

/*
 * After a power cut, every connection closed: puts on the disk what a real one could hold now.  What was
 * synced is there; what was not is lost, or there, or, by the seed, each write of it lost, there, or torn at
 * a sector.  The index of the log, which lies in memory, is gone.
 */
enum disk_fate { DISK_ALL_LOST, DISK_ALL_THERE, DISK_TORN, DISK_FATE__COUNT };
void disk_power_back(enum disk_fate fate, unsigned seed);

#endif
