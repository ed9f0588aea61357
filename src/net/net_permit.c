#include "net/net_permit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "net/net_limits.h"

#define COLUMNS 5
#define ROWS_MAX 100000

struct row {
	const char *cell[COLUMNS];	/* "no-assessment", INSTITUTION, NULL... or the five */
};

struct net_permission {
	struct buf text;		/* cut into cells in place */
	struct row *rows;
	size_t n_rows, room;
};

static bool
code_or_any(const char *cell)
{
	return strcmp(cell, "*") == 0 || (strlen(cell) == MESSAGE_CODE16_CHARS &&
	    strspn(cell, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == MESSAGE_CODE16_CHARS);
}

static enum rc
add_row(struct net_permission *p, const struct row *row)
{
	struct row *more;

	if (p->n_rows == p->room) {
		if (p->room == ROWS_MAX)
			return RC_TOO_BIG;
		p->room = p->room == 0 ? 64 : p->room * 2 > ROWS_MAX ? ROWS_MAX : p->room * 2;
		if ((more = reallocarray(p->rows, p->room, sizeof *more)) == NULL)
			return RC_NOMEM;
		p->rows = more;
	}
	p->rows[p->n_rows++] = *row;
	return RC_OK;
}

static enum rc
read_row(struct net_permission *p, char *line, const char *place, struct fault *why)
{
	struct row row = { { NULL } };
	size_t n = 0;
	char *cell = line;
	enum rc rc;

	line[strcspn(line, "\r")] = '\0';
	if (*line == '\0' || *line == '#')
		return RC_OK;
	while (cell != NULL && n < COLUMNS) {
		row.cell[n++] = cell;
		if ((cell = strchr(cell, '\t')) != NULL)
			*cell++ = '\0';
	}
	if (cell != NULL)
		return fault_set(why, RC_INVALID, place, "more than five columns");
	if (n == 2 && strcmp(row.cell[0], "no-assessment") == 0) {
		if (!code_or_any(row.cell[1]))
			return fault_set(why, RC_INVALID, place, "column 2 is no institution code");
	} else if (n != COLUMNS) {
		return fault_set(why, RC_INVALID, place, "not five columns");
	} else {
		for (size_t i = 0; i < COLUMNS; i++)
			if (!code_or_any(row.cell[i]))
				return fault_set(why, RC_INVALID, place,
				    "column %zu is neither 16 characters nor '*'", i + 1);
	}
	if ((rc = add_row(p, &row)) != RC_OK)
		return fault_set(why, rc, place, "too many rows");
	return RC_OK;
}

enum rc
net_permission_open(const char *path, struct net_permission **ret_permission, struct fault *why)
{
	struct net_permission *p = calloc(1, sizeof *p);
	char place[FAULT_PLACE_MAX];
	char *line, *next;
	unsigned number = 0;
	enum rc rc;

	if (p == NULL)
		return fault_set(why, RC_NOMEM, path, "out of memory");
	buf_init(&p->text, NET_PERMISSION_BYTES);
	rc = buf_read_file(&p->text, path, why);
	if (rc == RC_OK && p->text.len > 0 && strlen(p->text.data) != p->text.len)
		rc = fault_set(why, RC_INVALID, path, "holds a NUL byte");
	for (line = p->text.data; rc == RC_OK && line != NULL; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		(void)snprintf(place, sizeof place, "%.100s:%u", path, ++number);
		rc = read_row(p, line, place, why);
	}
	if (rc != RC_OK) {
		net_permission_close(p);
		return rc;
	}
	*ret_permission = p;
	return RC_OK;
}

void
net_permission_close(struct net_permission *p)
{
	if (p == NULL)
		return;
	buf_clear(&p->text);
	free(p->rows);
	free(p);
}

static bool
fits(const char *cell, const char *code)
{
	return strcmp(cell, "*") == 0 || strcmp(cell, code) == 0;
}

enum message_error
net_permission_check(const struct net_permission *p, const struct message_inquiry_request *q)
{
	const char *asked[COLUMNS] = {
		q->inquirer, q->provider, q->affair_code, q->procedure_code, q->item_code
	};
	bool permitted = false;

	for (size_t i = 0; i < p->n_rows; i++) {
		const struct row *row = &p->rows[i];
		bool same = true;

		if (row->cell[2] == NULL) {
			if (fits(row->cell[1], q->inquirer) || fits(row->cell[1], q->provider))
				return E202_NO_ASSESSMENT;
			continue;
		}
		for (size_t k = 0; k < COLUMNS; k++)
			same = same && fits(row->cell[k], asked[k]);
		permitted = permitted || same;
	}
	return permitted ? MESSAGE_OK : E201_NOT_PERMITTED;
}
