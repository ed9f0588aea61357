#ifndef TESTS_UNIT_TEST_VAULT_H
#define TESTS_UNIT_TEST_VAULT_H

#include "tests/lib/runner.h"
#include "vault/vault.h"

#define TEST_NOW INT64_C(1763769600000000)	/* 2025-11-22 */

/* A keys directory and the vault it opens. */
struct test_vault {
	char directory[64];
	struct vault *v;
	struct vault_recovery recovery;
	struct fault why;
};

void test_vault_make(struct test_vault *t);
void test_vault_clear(struct test_vault *t);
void test_vault_path(const struct test_vault *t, const char *name, char path[128]);
struct vault_place test_vault_place(enum vault_table table, unsigned char row);

#endif
