#include "cli/output.h"

#include <unistd.h>

#include "base/outfile.h"

enum rc
output_write(const char *path, const struct buf *bytes, struct fault *why)
{
	struct outfile o;
	enum rc rc;

	if (path == NULL)
		return outfile_put(STDOUT_FILENO, bytes->data, bytes->len, "standard output", why);
	if ((rc = outfile_begin(&o, path, 0600, why)) != RC_OK)
		return rc;
	return outfile_end(&o, outfile_put(o.fd, bytes->data, bytes->len, path, why), why);
}
