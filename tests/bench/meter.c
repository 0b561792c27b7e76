/*
 * meter - runs a command, and says what it took: {"seconds": 1.234, "peak_kib": 4567, "status": 0}, on descriptor 3.
 *
 * Its own standard streams are the command's.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	double began = now();
	struct rusage usage;
	int status;
	pid_t child;

	if (argc < 2) {
		fputs("usage: meter COMMAND... 3>RESULT\n", stderr);
		return 2;
	}
	child = fork();
	if (child == 0) {
		close(3);
		execvp(argv[1], argv + 1);
		perror(argv[1]);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
		perror("meter");
		return 127;
	}
	status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	dprintf(3, "{\"seconds\": %.3f, \"peak_kib\": %ld, \"status\": %d}\n", now() - began,
		usage.ru_maxrss, status);
	return status;
}
