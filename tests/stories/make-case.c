/* Make a case for a story: make-case CASE shop|hostile|COUNT. */
#include <stdlib.h>
#include <string.h>

#include "pods-fixture.h"

int main(int argc, char **argv)
{
	struct recorder *r;

	if (argc != 3)
		return 2;
	pods_case_new(argv[1], "INC-2026-041 miner in checkout");
	r = pods_record(argv[1]);
	if (strcmp(argv[2], "shop") == 0)
		pods_list(r, fixture_shop, "", "complete", NULL);
	else if (strcmp(argv[2], "hostile") == 0)
		pods_list(r, fixture_hostile, "", "complete", NULL);
	else
		pods_list_many(r, atoi(argv[2]));
	return recorder_stop(r, NULL) ? 0 : 1;
}
