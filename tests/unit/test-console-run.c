/* The console in a terminal, where this machine has no inotify instance left. */
#include <kase/console.h>

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop.h"
#include "pods-fixture.h"
#include "scratch.h"

/* In the place of the C library's. */
int inotify_init1(int flags)
{
	errno = EMFILE;
	return -1;
}

static void run_in(const char *terminal, const char *path)
{
	struct console_plan plan = { .path = path, .read_only = TRUE };
	struct winsize size = { .ws_row = 24, .ws_col = 100 };
	g_autoptr(GError) error = NULL;
	int fd;

	setsid();
	fd = open(terminal, O_RDWR);
	ioctl(fd, TIOCSWINSZ, &size);
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	g_setenv("TERM", "xterm-256color", TRUE);
	_exit(console_run(&plan, &error) ? 0 : 1);
}

/* What is written to the terminal, until this text is in it. */
static void await_text(int terminal, const char *text)
{
	g_autoptr(GString) written = g_string_new(NULL);
	struct pollfd ready = { .fd = terminal, .events = POLLIN };
	gint64 end_us = g_get_monotonic_time() + LOOP_SECONDS * G_USEC_PER_SEC;

	while (!strstr(written->str, text)) {
		char some[4096];
		ssize_t n;

		if (g_get_monotonic_time() > end_us || poll(&ready, 1, LOOP_SECONDS * 1000) != 1)
			g_error("\"%s\" is not in\n%s", text, written->str);
		n = read(terminal, some, sizeof some);
		g_assert_cmpint(n, >, 0);
		g_string_append_len(written, some, n);
	}
}

static void without_inotify_it_says_so_and_sees_what_others_record(void)
{
	g_autoptr(scratch) folder = scratch_make();
	g_autofree char *path = scratch_path(folder, "c.kase");
	int terminal = posix_openpt(O_RDWR | O_NOCTTY), status;
	struct recorder *other;
	pid_t child;

	pods_case_new(path, "INC-2026-041 miner in checkout");
	g_assert_cmpint(grantpt(terminal), ==, 0);
	g_assert_cmpint(unlockpt(terminal), ==, 0);
	child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0)
		run_in(ptsname(terminal), path);
	await_text(terminal, "looking once a second");
	other = pods_record(path);
	pods_list(other, fixture_shop, "", "complete", NULL);
	await_text(terminal, "ledger-0");
	g_assert_true(recorder_stop(other, NULL));
	kill(child, SIGTERM);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_cmpint(status, ==, 0);
	close(terminal);
}

int main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/console-run/" #name, name)
	ADD(without_inotify_it_says_so_and_sees_what_others_record);
#undef ADD
	return g_test_run();
}
