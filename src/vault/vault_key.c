#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vault/vault_room.h"

/* A PEM key or a chain of certificates. */
#define FILE_MAX_BYTES (256u << 10)

enum rc
vault_directory_check(const char *directory, struct fault *why)
{
	struct stat st;

	if (stat(directory, &st) != 0)
		return fault_set(why, errno == ENOENT ? RC_ABSENT : RC_IO, "keys", "%s", strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return fault_set(why, RC_INVALID, "keys", "not a directory");
	if (st.st_uid != geteuid())
		return fault_set(why, RC_REFUSED, "keys", "the directory belongs to another user");
	if ((st.st_mode & 077) != 0)
		return fault_set(why, RC_REFUSED, "keys",
		    "others may enter the directory: its mode must be 0700");
	return RC_OK;
}

static enum rc
path_of(const char *directory, const char *name, const char *suffix, char path[PATH_MAX],
    struct fault *why)
{
	if (snprintf(path, PATH_MAX, "%s/%s%s", directory, name, suffix) >= PATH_MAX)
		return fault_set(why, RC_TOO_BIG, name, "path too long");
	return RC_OK;
}

enum rc
vault_file_write(const char *directory, const char *name, const void *bytes, size_t len,
    struct fault *why)
{
	char path[PATH_MAX], fresh[PATH_MAX];
	const char *at = bytes;
	enum rc rc;
	int fd;

	if ((rc = path_of(directory, name, "", path, why)) != RC_OK ||
	    (rc = path_of(directory, name, ".new", fresh, why)) != RC_OK)
		return rc;
	(void)unlink(fresh);
	if ((fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0)
		return fault_set(why, fault_rc_of_errno(errno), name, "%s", strerror(errno));
	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			rc = fault_set(why, fault_rc_of_errno(errno), name, "%s", strerror(errno));
			goto out;
		}
		at += n;
		len -= (size_t)n;
	}
	if (fsync(fd) != 0) {
		rc = fault_set(why, RC_IO, name, "%s", strerror(errno));
		goto out;
	}
	close(fd);
	if (rename(fresh, path) != 0) {
		rc = fault_set(why, RC_IO, name, "%s", strerror(errno));
		(void)unlink(fresh);
		return rc;
	}
	if ((fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0) {
		(void)fsync(fd);
		close(fd);
	}
	return RC_OK;
 out:
	close(fd);
	(void)unlink(fresh);
	return rc;
}

enum rc
vault_file_read(const char *directory, const char *name, struct buf *ret_bytes, struct fault *why)
{
	char path[PATH_MAX];
	struct stat st;
	enum rc rc;
	int fd;

	if ((rc = path_of(directory, name, "", path, why)) != RC_OK)
		return rc;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return fault_set(why, errno == ENOENT ? RC_ABSENT : RC_IO, name, "%s", strerror(errno));
	if (fstat(fd, &st) != 0)
		rc = fault_set(why, RC_IO, name, "%s", strerror(errno));
	else if ((st.st_mode & 077) != 0)
		rc = fault_set(why, RC_REFUSED, name, "others may read it: its mode must be 0600");
	else
		rc = buf_read_fd(ret_bytes, fd, why);
	close(fd);
	return rc;
}

enum rc
vault_file_remove(const char *directory, const char *name, struct fault *why)
{
	char path[PATH_MAX];
	enum rc rc;

	if ((rc = path_of(directory, name, "", path, why)) != RC_OK)
		return rc;
	if (unlink(path) != 0 && errno != ENOENT)
		return fault_set(why, RC_IO, name, "%s", strerror(errno));
	return RC_OK;
}

static enum rc
read_key(const char *directory, const char *name, unsigned char ret_key[VAULT_KEY_BYTES],
    struct fault *why)
{
	struct buf b = BUF_INIT(FILE_MAX_BYTES);
	enum rc rc;

	if ((rc = vault_file_read(directory, name, &b, why)) == RC_OK) {
		if (b.len == VAULT_KEY_BYTES)
			memcpy(ret_key, b.data, VAULT_KEY_BYTES);
		else
			rc = fault_set(why, RC_CRYPTO, name, "must hold exactly %d bytes", VAULT_KEY_BYTES);
	}
	buf_wipe(&b);
	return rc;
}

static enum rc
read_signing_key(struct vault *v, const char *directory, struct fault *why)
{
	struct buf b = BUF_INIT(FILE_MAX_BYTES);
	gnutls_datum_t pem;
	gnutls_privkey_t key = NULL;
	enum rc rc;
	int code;

	if ((rc = vault_file_read(directory, "sign.key", &b, why)) != RC_OK)
		goto out;
	pem.data = (unsigned char *)b.data;
	pem.size = (unsigned)b.len;
	if ((code = gnutls_privkey_init(&key)) != 0 ||
	    (code = gnutls_privkey_import_x509_raw(key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0)) != 0) {
		rc = vault_fault(code, "sign.key", why);
		goto out;
	}
	if (gnutls_privkey_get_pk_algorithm(key, NULL) != GNUTLS_PK_ECDSA) {
		rc = fault_set(why, RC_CRYPTO, "sign.key", "not a key on the curve P-256");
		goto out;
	}
	/* A key whose import failed must never reach a signing call. */
	v->sign = key;
	key = NULL;
 out:
	if (key != NULL)
		gnutls_privkey_deinit(key);
	buf_wipe(&b);
	return rc;
}

static enum rc
read_certificate(struct vault *v, const char *directory, struct fault *why)
{
	struct buf b = BUF_INIT(FILE_MAX_BYTES);
	char path[PATH_MAX];
	enum rc rc;

	/* A certificate is no secret: its mode is nobody's business. */
	if ((rc = path_of(directory, "sign.crt", "", path, why)) == RC_OK &&
	    (rc = buf_read_file(&b, path, why)) == RC_OK &&
	    (b.data == NULL || (v->certificate = strdup(b.data)) == NULL))
		rc = fault_set(why, b.data == NULL ? RC_CRYPTO : RC_NOMEM, "sign.crt", "empty, or no memory");
	buf_clear(&b);
	return rc;
}

/*
 * The keys of before.  A rotation changes seal.key last: where seal.old is still the same key, it
 * was cut off, and is taken back.
 */
static enum rc
read_old_keys(struct vault *v, const char *directory, struct fault *why)
{
	enum rc rc;

	rc = read_key(directory, "seal.old", v->old_seal, NULL);
	if (rc == RC_ABSENT)
		return RC_OK;
	if (rc != RC_OK)
		return read_key(directory, "seal.old", v->old_seal, why);
	if ((rc = read_key(directory, "index.old", v->old_index, why)) != RC_OK)
		return rc;
	if (vault_key_id(v->old_seal, &v->old_key_id) != RC_OK)
		return fault_set(why, RC_CRYPTO, "seal.old", "no key id");
	if (v->old_key_id != v->key_id)
		return RC_OK;
	v->old_key_id = 0;
	memcpy(v->index, v->old_index, sizeof(v->index));
	if ((rc = vault_file_write(directory, "index.key", v->index, sizeof(v->index), why)) != RC_OK)
		return rc;
	return vault_forget(v, directory, why);
}

/* The key and the certificate must be a pair, or every message would be refused far away. */
static enum rc
check_pair(struct vault *v, struct fault *why)
{
	static const char probe[] = "watashi";
	struct vault_signature signature;
	enum rc rc;

	if ((rc = vault_sign(v, probe, sizeof(probe), &signature, why)) != RC_OK)
		return rc;
	if (vault_verify(v->certificate, probe, sizeof(probe), signature.bytes, signature.len,
	    NULL) != RC_OK)
		return fault_set(why, RC_CRYPTO, "sign.crt", "is not the certificate of sign.key");
	return RC_OK;
}

enum rc
vault_open(const char *directory, const char *municipality, struct vault **ret_vault,
    struct fault *why)
{
	struct vault *v = NULL;
	enum rc rc;

	if (strlen(municipality) != 6)
		return fault_set(why, RC_INVALID, "vault/open", "a municipality code has six digits");
	if ((rc = vault_directory_check(directory, why)) != RC_OK)
		return rc;
	if ((v = calloc(1, sizeof(*v))) == NULL)
		return fault_set(why, RC_NOMEM, "vault/open", "no memory");
	/* Best effort: where memory may not be locked, the machine's swap must be off or sealed. */
	(void)mlock(v, sizeof(*v));
	(void)madvise(v, sizeof(*v), MADV_DONTDUMP);
	memcpy(v->municipality, municipality, sizeof(v->municipality));
	if ((rc = read_key(directory, "seal.key", v->seal, why)) != RC_OK ||
	    (rc = read_key(directory, "index.key", v->index, why)) != RC_OK ||
	    (rc = read_certificate(v, directory, why)) != RC_OK ||
	    (rc = vault_signer_settle(directory, v->certificate, why)) != RC_OK ||
	    (rc = read_signing_key(v, directory, why)) != RC_OK)
		goto out;
	if (vault_key_id(v->seal, &v->key_id) != RC_OK) {
		rc = fault_set(why, RC_CRYPTO, "seal.key", "no key id");
		goto out;
	}
	if ((rc = read_old_keys(v, directory, why)) != RC_OK)
		goto out;
	if ((rc = check_pair(v, why)) != RC_OK)
		goto out;
	*ret_vault = v;
	v = NULL;
 out:
	vault_close(v);
	return rc;
}

void
vault_close(struct vault *v)
{
	if (v == NULL)
		return;
	if (v->sign != NULL)
		gnutls_privkey_deinit(v->sign);
	free(v->certificate);
	explicit_bzero(v, sizeof(*v));
	(void)munlock(v, sizeof(*v));
	free(v);
}
