#include "cli/output.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/lib/runner.h"

static void
scratch(char directory[64])
{
	(void)snprintf(directory, 64, "/tmp/watashi-output-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(directory));
}

static int
entries(const char *directory)
{
	DIR *d = opendir(directory);
	int n = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(d);
	for (const struct dirent *e; (e = readdir(d)) != NULL; )
		if (e->d_name[0] != '.')
			n++;
	(void)closedir(d);
	return n;
}

static void
a_record_is_written_for_its_owners_eyes_alone(void)
{
	struct buf b = BUF_INIT(100), back = BUF_INIT(100);
	char directory[64], path[80];
	struct stat st;

	scratch(directory);
	(void)snprintf(path, sizeof(path), "%s/record", directory);
	CU_ASSERT_EQUAL_FATAL(buf_add_text(&b, "record"), RC_OK);
	(void)umask(0);
	CU_ASSERT_EQUAL(output_write(path, &b, NULL), RC_OK);
	CU_ASSERT_EQUAL_FATAL(stat(path, &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 0777, 0600);
	CU_ASSERT_EQUAL(buf_read_file(&back, path, NULL), RC_OK);
	CU_ASSERT_STRING_EQUAL(back.data, "record");
	CU_ASSERT_EQUAL(entries(directory), 1);
	(void)unlink(path);
	(void)rmdir(directory);
	buf_clear(&b);
	buf_clear(&back);
}

static void
nothing_is_left_behind_when_the_place_is_taken(void)
{
	struct buf b = BUF_INIT(100);
	char directory[64], path[80];
	struct fault why;

	scratch(directory);
	(void)snprintf(path, sizeof(path), "%s/record", directory);
	CU_ASSERT_EQUAL_FATAL(mkdir(path, 0700), 0);	/* cannot be replaced by a file */
	CU_ASSERT_EQUAL_FATAL(buf_add_text(&b, "record"), RC_OK);
	CU_ASSERT_EQUAL(output_write(path, &b, &why), RC_IO);
	CU_ASSERT_STRING_EQUAL(why.place, path);
	CU_ASSERT_EQUAL(entries(directory), 1);
	(void)rmdir(path);
	(void)rmdir(directory);
	buf_clear(&b);
}

static void
a_directory_that_is_not_there_is_named(void)
{
	struct buf b = BUF_INIT(100);
	struct fault why;

	CU_ASSERT_EQUAL(output_write("/nonexistent/record", &b, &why), RC_IO);
	CU_ASSERT_STRING_EQUAL(why.place, "/nonexistent/record");
}

static void
a_device_or_pipe_is_written_into_and_stays(void)
{
	struct buf b = BUF_INIT(100);
	char directory[64], path[80], back[8] = "";
	struct stat st;
	int fd;

	scratch(directory);
	(void)snprintf(path, sizeof(path), "%s/pipe", directory);
	CU_ASSERT_EQUAL_FATAL(mkfifo(path, 0600), 0);
	CU_ASSERT_FATAL((fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)) >= 0);
	CU_ASSERT_EQUAL_FATAL(buf_add_text(&b, "record"), RC_OK);
	CU_ASSERT_EQUAL(output_write(path, &b, NULL), RC_OK);
	CU_ASSERT_EQUAL(read(fd, back, sizeof(back) - 1), 6);
	CU_ASSERT_STRING_EQUAL(back, "record");
	CU_ASSERT_EQUAL_FATAL(lstat(path, &st), 0);
	CU_ASSERT(S_ISFIFO(st.st_mode));
	CU_ASSERT_EQUAL(entries(directory), 1);
	(void)close(fd);
	(void)unlink(path);
	(void)rmdir(directory);
	buf_clear(&b);
}

static void
a_link_to_a_file_is_not_put_out_of_its_place(void)
{
	struct buf b = BUF_INIT(100);
	char directory[64], path[80], other[80];
	struct fault why;
	struct stat st;

	scratch(directory);
	(void)snprintf(path, sizeof(path), "%s/link", directory);
	(void)snprintf(other, sizeof(other), "%s/file", directory);
	CU_ASSERT_EQUAL_FATAL(buf_add_text(&b, "record"), RC_OK);
	CU_ASSERT_EQUAL_FATAL(output_write(other, &b, NULL), RC_OK);
	CU_ASSERT_EQUAL_FATAL(symlink(other, path), 0);
	CU_ASSERT_EQUAL(output_write(path, &b, &why), RC_IO);
	CU_ASSERT_STRING_EQUAL(why.place, path);
	CU_ASSERT_EQUAL_FATAL(lstat(path, &st), 0);
	CU_ASSERT(S_ISLNK(st.st_mode));
	CU_ASSERT_EQUAL(entries(directory), 2);
	(void)unlink(path);
	(void)unlink(other);
	(void)rmdir(directory);
	buf_clear(&b);
}

RUNNER_SUITE(cli_output,
    RUNNER_TEST(a_device_or_pipe_is_written_into_and_stays),
    RUNNER_TEST(a_link_to_a_file_is_not_put_out_of_its_place),
    RUNNER_TEST(a_record_is_written_for_its_owners_eyes_alone),
    RUNNER_TEST(nothing_is_left_behind_when_the_place_is_taken),
    RUNNER_TEST(a_directory_that_is_not_there_is_named));
