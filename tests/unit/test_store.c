#include "tests/unit/test_store.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
test_store_folder(struct test_store *t)
{
	memset(t, 0, sizeof(*t));
	snprintf(t->folder, sizeof(t->folder), "/tmp/watashi-store-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(t->folder));
	snprintf(t->path, sizeof(t->path), "%s/watashi.db", t->folder);
}

void
test_store_make(struct test_store *t)
{
	struct fault why = { .rc = RC_OK };

	test_store_folder(t);
	OK(store_create(t->path, TEST_MUNICIPALITY, TEST_NOW, &why));
}

void
test_store_open(struct test_store *t)
{
	test_store_make(t);
	test_store_again(t);
}

void
test_store_again(struct test_store *t)
{
	struct fault why = { .rc = RC_OK };

	store_close(t->s);
	t->s = NULL;
	OK(store_open(t->path, STORE_WRITE, &t->s, &why));
}

void
test_store_clear(struct test_store *t)
{
	struct dirent *e;
	char path[512];
	DIR *d;

	store_close(t->s);
	t->s = NULL;
	if ((d = opendir(t->folder)) != NULL) {
		while ((e = readdir(d)) != NULL)
			if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
				snprintf(path, sizeof(path), "%s/%s", t->folder, e->d_name);
				(void)unlink(path);
			}
		closedir(d);
	}
	(void)rmdir(t->folder);
}

day
test_day(const char *text)
{
	day d = DAY_NONE;

	CU_ASSERT_EQUAL_FATAL(day_parse(text, strlen(text), &d), RC_OK);
	return d;
}

struct person
test_person(const char *addressee_no)
{
	struct person p = {
		.addressee_no = addressee_no, .name = "渡　花子", .kana = "ワタシ　ハナコ",
		.roman = "WATASHI Hanako", .sex = SEX_FEMALE, .address = "横浜市中区一丁目",
		.died_on = DAY_NONE, .protected_from = DAY_NONE, .protected_until = DAY_NONE,
	};

	p.birth.first = p.birth.last = test_day("2024-05-01");
	return p;
}

struct id
test_person_add(struct test_store *t, const char *addressee_no)
{
	struct fault why = { .rc = RC_OK };
	struct person p = test_person(addressee_no);
	enum store_fate fate;
	struct id id;

	OK(store_begin(t->s, TEST_NOW, &why));
	OK(store_person_put(t->s, &p, &id, &fate, &why));
	OK(store_commit(t->s, &why));
	return id;
}

struct dose
test_dose(const struct id *person, const char *source_id, const char *given_on)
{
	struct dose d = {
		.person = *person, .source = DOSE_SOURCE_CLINIC, .source_code = "1410000001",
		.source_id = source_id, .source_version = 1, .vaccine = "MR", .lot = "LOT-1",
		.expires = DAY_NONE, .volume_ul = 500, .site = "left-arm", .route = "subcutaneous",
		.clinic_code = "1410000001", .clinic_name = "港の小児科", .physician = "医師　一",
		.status = DOSE_GIVEN, .verification = DOSE_VERIFIED,
	};

	CU_ASSERT_EQUAL_FATAL(day_span_parse(given_on, strlen(given_on), &d.given), RC_OK);
	return d;
}

enum rc
test_store_copy(struct store *s, const char *path, struct fault *why)
{
	struct store_snapshot *snapshot;
	int64_t left = 1, total;
	enum rc rc;

	if ((rc = store_snapshot_begin(s, path, &snapshot, why)) != RC_OK)
		return rc;
	while (rc == RC_OK && left > 0)
		rc = store_snapshot_step(snapshot, 16384, &left, &total, why);
	store_snapshot_drop(snapshot);
	return rc;
}

char *
test_file(const char *path, size_t *ret_len)
{
	FILE *f = fopen(path, "rb");
	char *bytes;
	long len;

	if (f == NULL)
		return NULL;
	fseek(f, 0, SEEK_END);
	len = ftell(f);
	rewind(f);
	bytes = malloc((size_t)len + 1);
	if (bytes == NULL || fread(bytes, 1, (size_t)len, f) != (size_t)len)
		abort();
	bytes[len] = '\0';
	fclose(f);
	*ret_len = (size_t)len;
	return bytes;
}
