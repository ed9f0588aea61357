#ifndef TESTS_EXPLORE_DISK_H
#define TESTS_EXPLORE_DISK_H

/*
 * Databases of this program kept in memory, so that a state of one can be kept and brought back within
 * microseconds: pages are shared between the states that have them in common.  The engine, its journal and
 * its transactions are the real ones.
 */
struct disk_image;			/* what lies on the disk, unchangeable */

void disk_install(void);		/* before the first database is opened through it; again is fine */
/* From now on the file of this path is the one in memory, as it lies on the real disk now. */
void disk_adopt(const char *path);
void disk_forget(const char *path);	/* the last one adopted that is not forgotten; no connection is open */

/* As it is now; no transaction may be open. */
struct disk_image *disk_keep(const char *path);
/* The connection's cache of pages must be dropped by the caller. */
void disk_bring_back(const char *path, const struct disk_image *image);
void disk_image_free(struct disk_image *image);		/* NULL is fine */

long disk_pages(void);			/* that all images together have */
/* Does any page of it hold these bytes?  They stand still for the life of the program. */
int disk_holds(const struct disk_image *image, const void *bytes, unsigned long len);

#endif
