#include "law/law_compile.h"

#include "law/law_check.h"
#include "law/law_emit.h"
#include "law/law_parse.h"

enum rc
law_compile(const struct law_input *input, size_t n, struct law_listener listener, struct buf *out,
    struct fault *why)
{
	struct law_draft draft;
	enum rc rc = RC_OK;

	law_draft_init(&draft, listener);
	for (int pass = LAW_PASS_NAMES; pass <= LAW_PASS_RULES; pass++) {
		for (size_t i = 0; i < n && rc == RC_OK; i++) {
			if (input[i].len > 0)
				rc = law_parse(&draft, input[i].name, input[i].text, input[i].len,
				    (enum law_pass)pass);
		}
	}
	if (rc == RC_OK) {
		law_draft_finish(&draft);
		law_check(&draft);
	}
	if (draft.no_memory)
		rc = RC_NOMEM;
	if (rc != RC_OK)
		rc = fault_set(why, rc, "law text", "out of memory");
	else if (draft.n_findings > 0)
		rc = fault_set(why, RC_INVALID, "law text", "%zu faults", draft.n_findings);
	else
		rc = law_emit(&draft, out, why);
	law_draft_clear(&draft);
	return rc;
}
