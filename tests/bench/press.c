/*
 * press - presses keys in a terminal of tmux at a pace, and says when.
 *
 *	press SOCKET TARGET <SCRIPT >WHEN
 *
 * Each line of SCRIPT is a pause in milliseconds and a key as tmux names it.  For each, WHEN has a line: microseconds of
 * the monotonic clock just before tmux was told, and the key.  One client of tmux takes all, so that no key waits for a
 * program to start.
 */
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pid_t start_tmux(const char *socket, const char *target, int *in)
{
	int ends[2];
	pid_t child;

	if (pipe(ends) < 0)
		return -1;
	child = fork();
	if (child == 0) {
		dup2(ends[0], STDIN_FILENO);
		close(ends[0]);
		close(ends[1]);
		if (!freopen("/dev/null", "w", stdout))
			_exit(127);
		unsetenv("TMUX");
		execlp("tmux", "tmux", "-L", socket, "-C", "attach", "-f", "ignore-size,no-output",
		       "-t", target, NULL);
		_exit(127);
	}
	close(ends[0]);
	*in = ends[1];
	return child;
}

static void wait_until(gint64 due_us)
{
	struct timespec due = { .tv_sec = due_us / 1000000, .tv_nsec = due_us % 1000000 * 1000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) != 0)
		;
}

/* Pauses are from key to key, whatever sending took. */
static gboolean press_all(int in, const char *target)
{
	gint64 due_us = g_get_monotonic_time();
	char key[32];
	int pause_ms;

	while (scanf("%d %31s", &pause_ms, key) == 2) {
		due_us += pause_ms * 1000LL;
		wait_until(due_us);
		printf("%" G_GINT64_FORMAT " %s\n", g_get_monotonic_time(), key);
		if (dprintf(in, "send-keys -t %s -- '%s'\n", target, key) < 0)
			return FALSE;
	}
	return TRUE;
}

int main(int argc, char **argv)
{
	int in = -1, status = 0;
	gboolean pressed;
	pid_t child;

	if (argc != 3) {
		fputs("usage: press SOCKET TARGET <SCRIPT >WHEN\n", stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	child = start_tmux(argv[1], argv[2], &in);
	if (child < 0) {
		perror("press");
		return 1;
	}
	pressed = press_all(in, argv[2]);
	close(in);
	waitpid(child, &status, 0);
	if (!pressed || status != 0)
		fputs("press: tmux went away\n", stderr);
	return pressed && status == 0 ? 0 : 1;
}
