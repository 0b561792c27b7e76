#include "pane.h"
#include "panes.h"

/* Its text is made by who opens it: it is of the place that it was asked in. */
const struct pane_kind pane_help = {
	.name = "help",
	.help = "the keys that work here, and what can be typed",
	.title = "Keys",
	.shape = &reader_shape,
};
