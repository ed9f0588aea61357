#include "exchange/peer_watch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "exchange/revocation.h"

struct mark { ino_t ino; off_t size; struct timespec changed; bool is_there; };

struct peer_watch {
	char *directory_pem, *authority_pem;
	struct mark directory_mark, authority_mark;	/* as read last */
	struct peer_directory *directory;
	struct revocation *revocations;
	struct fault trouble;
};

static struct mark
mark(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return (struct mark){ .is_there = false };
	return (struct mark){ st.st_ino, st.st_size, st.st_mtim, true };
}

static bool
same(const struct mark *a, const struct mark *b)
{
	return a->is_there == b->is_there && a->ino == b->ino && a->size == b->size &&
	    a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

enum rc
peer_watch_open(const struct peer_files *f, struct peer_watch **ret_watch, struct fault *why)
{
	struct peer_watch *w = calloc(1, sizeof(*w));
	enum rc rc = RC_OK;

	if (w == NULL || (w->directory_pem = strdup(f->directory_pem)) == NULL ||
	    (w->authority_pem = strdup(f->authority_pem)) == NULL)
		rc = fault_set(why, RC_NOMEM, "directory", "no memory");
	else if (f->revocations_pem != NULL)
		rc = revocation_open(f->revocations_pem, f->authority_pem, f->revocation_grace_s,
		    f->revocations_demanded, &w->revocations, why);
	if (rc != RC_OK) {
		peer_watch_close(w);
		return rc;
	}
	*ret_watch = w;
	return RC_OK;
}

void
peer_watch_close(struct peer_watch *w)
{
	if (w == NULL)
		return;
	peer_directory_close(w->directory);
	revocation_close(w->revocations);
	free(w->directory_pem);
	free(w->authority_pem);
	free(w);
}

const struct peer_directory *
peer_watch_directory(struct peer_watch *w, struct fault *why)
{
	struct mark directory = mark(w->directory_pem), authority = mark(w->authority_pem);
	struct peer_directory *d = NULL;

	if (!directory.is_there || !authority.is_there)
		(void)fault_set(&w->trouble, RC_ABSENT, "directory",
		    "no directory of signers is configured: no signature can be checked");
	else if (!same(&directory, &w->directory_mark) || !same(&authority, &w->authority_mark)) {
		w->directory_mark = directory;
		w->authority_mark = authority;
		if (peer_directory_open(w->directory_pem, w->authority_pem, &d, &w->trouble) == RC_OK) {
			peer_directory_close(w->directory);
			w->directory = d;
			peer_directory_revocations(d, w->revocations);
		}
	}
	if (w->directory == NULL && why != NULL)
		*why = w->trouble;
	return w->directory;
}
