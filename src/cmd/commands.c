#include "command.h"

#include <string.h>

const char *const outcome_meanings[] = {
	[OUTCOME_DONE] = "done",
	[OUTCOME_GAPS] = "done, with gaps: what could not be seen stands in the case (view gaps)",
	[OUTCOME_USAGE] =
		"not how the command is used, or a statement of SQL that is wrong or would write",
	[OUTCOME_NOT_DONE] = "not done",
	[OUTCOME_FOUND] = "verify found something",
	[OUTCOME_OTHER_VERSION] =
		"verify: the records are whole; derived tables of another version are not compared",
};
const gsize outcome_count = G_N_ELEMENTS(outcome_meanings);

#define AT(member) offsetof(struct options, member)

const struct option option_table[] = {
	{ .name = "by",
	  .kind = OPTION_TEXT,
	  .at = AT(by),
	  .value = "NAME",
	  .help = "who brought the files; you, unless told" },
	{ .name = "completion",
	  .kind = OPTION_TEXT,
	  .at = AT(completion),
	  .value = "SHELL",
	  .hidden = TRUE,
	  .help = "print a completion for bash" },
	{ .name = "container",
	  .kind = OPTION_TEXT,
	  .at = AT(container),
	  .value = "C",
	  .help = "the container whose log is imported" },
	{ .name = "context",
	  .kind = OPTION_TEXT,
	  .at = AT(context),
	  .value = "C",
	  .help = "the kubeconfig's context; the current one, unless told" },
	{ .name = "csv",
	  .kind = OPTION_FLAG,
	  .at = AT(csv),
	  .help = "print CSV (RFC 4180) with a header" },
	{ .name = "for",
	  .kind = OPTION_TEXT,
	  .at = AT(span),
	  .value = "TIME",
	  .help = "end after so long: 90s, 15m, 12h, 2d" },
	{ .name = "group",
	  .kind = OPTION_TEXT,
	  .at = AT(group),
	  .value = "G",
	  .help = "a group of this host that shares the case (mode 0660, else 0600)" },
	{ .name = "head",
	  .kind = OPTION_TEXT,
	  .at = AT(head),
	  .value = "HASH",
	  .help = "a head noted elsewhere, which must be in the chain" },
	{ .name = "help",
	  .letter = 'h',
	  .kind = OPTION_FLAG,
	  .at = AT(help),
	  .help = "how the command is used" },
	{ .name = "hurry",
	  .kind = OPTION_TEXT,
	  .at = AT(hurry),
	  .value = "N",
	  .help = "let what was recorded run N times as fast" },
	{ .name = "json",
	  .kind = OPTION_FLAG,
	  .at = AT(json),
	  .help = "print a JSON array of objects" },
	{ .name = "key",
	  .kind = OPTION_FILE,
	  .at = AT(key),
	  .value = "FILE",
	  .help = "the SSH key to sign with; the first of ~/.ssh/id_ed25519, id_ecdsa and id_rsa, "
		  "unless told" },
	{ .name = "kubeconfig",
	  .kind = OPTION_FILE,
	  .at = AT(kubeconfig),
	  .value = "F",
	  .help = "the kubeconfig; as the case remembers, else KUBECONFIG, else ~/.kube/config, "
		  "unless told" },
	{ .name = "man",
	  .kind = OPTION_FLAG,
	  .at = AT(man),
	  .hidden = TRUE,
	  .help = "print the man page's source" },
	{ .name = "namespace",
	  .letter = 'n',
	  .kind = OPTION_TEXTS,
	  .at = AT(namespaces),
	  .value = "NS",
	  .help = "a namespace to look into where namespaces may not be listed; "
		  "may be given again" },
	{ .name = "offline",
	  .kind = OPTION_FLAG,
	  .at = AT(offline),
	  .help = "ask no cluster: show what is recorded" },
	{ .name = "person",
	  .kind = OPTION_TEXT,
	  .at = AT(person),
	  .value = "NAME",
	  .help = "who you are in the ledger; KASE_PERSON, else USER@host, unless told" },
	{ .name = "read-only",
	  .kind = OPTION_FLAG,
	  .at = AT(read_only),
	  .help = "change nothing, neither the case nor the cluster: show what is recorded" },
	{ .name = "record-only",
	  .kind = OPTION_FLAG,
	  .at = AT(record_only),
	  .help = "record, and open no screen" },
	{ .name = "subject",
	  .kind = OPTION_TEXT,
	  .at = AT(subject),
	  .value = "S",
	  .help = "the pod whose log is imported: pod/NS/NAME" },
	{ .name = "title",
	  .kind = OPTION_TEXT,
	  .at = AT(title),
	  .value = "T",
	  .help = "what the case is about" },
};
const gsize option_count = G_N_ELEMENTS(option_table);

#define NAMES(...) ((const char *const[]){ __VA_ARGS__, NULL })

const struct command command_table[] = {
	{
		.name = "new",
		.usage = "CASE",
		.help = "make a case",
		.more = "The file is made as it is named; cases are called NAME.kase by custom. "
			"Nothing that is there is ever written over. The kubeconfig and the "
			"context are remembered for the commands that follow.",
		.options = NAMES("title", "kubeconfig", "context", "group", "person"),
		.examples = NAMES("kase new INC-2026-041.kase --title 'miner in checkout'"),
		.least = 1,
		.most = 1,
		.run = new_run,
	},
	{
		.name = "open",
		.usage = "CASE",
		.help = "open a case on the screen; `kase CASE` does the same",
		.more = "Live, unless told otherwise: what the cluster says is recorded, and "
			"shown from the record. With --offline the case may be worked on, but "
			"no cluster is asked. With --read-only nothing is written and nothing "
			"asked; together they leave every byte of the file as it was.\n\n"
			"Where root or a shared user opens a real case for writing, kase asks "
			"who that is; --person and KASE_PERSON answer before it asks.",
		.options = NAMES("offline", "read-only", "kubeconfig", "context", "namespace",
				 "person"),
		.examples = NAMES("kase INC-2026-041.kase",
				  "kase open --offline --read-only INC-2026-041.kase"),
		.needs = COMMAND_CASE | COMMAND_TERMINAL,
		.otherwise = "capture, sql, ledger and verify work without one",
		.least = 1,
		.most = 1,
		.run = open_run,
	},
	{
		.name = "home",
		.usage = "",
		.help = "choose a case or a cluster on the screen; `kase` does the same",
		.more = "Cases that were opened lately, the contexts of the kubeconfig, and "
			"what else may be begun. Enter opens a case, or asks how one of that "
			"cluster is to be called and makes it. Where a case was left one is at "
			"home again.",
		.options = NAMES("offline", "kubeconfig", "person"),
		.needs = COMMAND_TERMINAL,
		.otherwise = "capture, sql, ledger and verify work without one",
		.run = home_run,
	},
	{
		.name = "capture",
		.usage = "CASE SUBJECT...",
		.help = "take subjects into a case, the most volatile first",
		.more = "A SUBJECT is `cluster` (an inventory of all that matters), a workload "
			"(deployment/NS/NAME: its document, its pods, and what is taken for "
			"each), a pod (pod/NS/NAME: its document, owners, identity, "
			"permissions, events, and the current and previous logs of all its "
			"containers), or all of a kind (pods/* or pods/NS/*). Secrets and "
			"config maps are taken as metadata only.\n\n"
			"What may not be seen becomes a gap in the case, and the exit status is "
			"1. Ctrl-C once ends what is under way as partial; a second one ends at "
			"once. What was recorded stays in either case.",
		.options = NAMES("namespace", "kubeconfig", "context", "person"),
		.examples = NAMES(
			"kase capture c.kase cluster pod/payments/ledger-0",
			"kase capture c.kase cluster --namespace payments --namespace storefront"),
		.needs = COMMAND_CASE,
		.least = 2,
		.most = G_MAXUINT,
		.run = capture_run,
	},
	{
		.name = "follow",
		.usage = "CASE",
		.help = "record on while nobody looks",
		.more = "Lists and watches the cluster, and follows the logs of the pods that "
			"the case holds as captured subjects, until Ctrl-C, or as long as --for "
			"says. Whoever comes second on the same case, a console too, looks on, "
			"and follows in its place when it ends.",
		.options = NAMES("for", "namespace", "kubeconfig", "context", "person"),
		.examples = NAMES("kase follow c.kase --for 12h"),
		.needs = COMMAND_CASE,
		.least = 1,
		.most = 1,
		.run = follow_run,
	},
	{
		.name = "import",
		.usage = "CASE FILE...",
		.help = "take files that kubectl wrote, as brought by a person",
		.more = "Takes YAML and JSON of objects and Lists (kubectl get -o yaml, -o "
			"json), one after another, and logs (kubectl logs --timestamps); which "
			"it is, the content says. A FILE may be a pipe; - is stdin. It is "
			"evidence that a person brought, and is told apart from what kase "
			"fetched.\n\n"
			"Values of Secrets and ConfigMaps are withheld wherever they stand. Of "
			"a file that is not understood, or might hold values that cannot be "
			"told, nothing is kept: the others go on, it becomes a gap in the case, "
			"and the exit status is 1; it is 3 where a file cannot be read.",
		.options = NAMES("by", "subject", "container", "person"),
		.examples = NAMES("kase import c.kase pods.yaml --by ben",
				  "kase import c.kase app.log --subject pod/payments/ledger-0 "
				  "--container db",
				  "kubectl get pods -A -o json | kase import c.kase -"),
		.needs = COMMAND_CASE,
		.least = 2,
		.most = G_MAXUINT,
		.run = import_run,
	},
	{
		.name = "describe",
		.usage = "CASE SUBJECT",
		.help = "print what is held of an object, as kubectl describe does",
		.more = "Of a pod everything that kubectl describe prints, security contexts, "
			"what is shared with the host and tokens beside, as it was recorded last, "
			"and the events that are held of it. What reaches out of the container is "
			"marked with two exclamation marks, what is worth a look with one. Secrets "
			"are named, never read.",
		.options = (const char *const[]){ NULL },
		.examples = NAMES("kase describe c.kase pod/payments/ledger-0"),
		.needs = COMMAND_CASE,
		.least = 2,
		.most = 2,
		.run = describe_run,
	},
	{
		.name = "sql",
		.usage = "CASE 'SELECT ...'",
		.help = "ask a case in SQL; nothing is written",
		.more = "One statement, read-only. A table for people, unless told otherwise; "
			"control characters are made visible in it. In JSON numbers stay "
			"numbers, and blobs are text of hexadecimal digits. The views and their "
			"columns are documented in case-file.md.",
		.options = NAMES("json", "csv"),
		.examples = NAMES("kase sql c.kase 'SELECT namespace, name, images FROM pods WHERE "
				  "gone IS NULL'",
				  "kase sql c.kase 'SELECT * FROM gaps' --json"),
		.needs = COMMAND_CASE,
		.least = 2,
		.most = 2,
		.run = sql_run,
	},
	{
		.name = "ledger",
		.usage = "CASE",
		.help = "print what was done, entry by entry",
		.more = "With --json the whole of the view ledger, with the hashes of its "
			"chain.",
		.options = NAMES("json"),
		.needs = COMMAND_CASE,
		.least = 1,
		.most = 1,
		.run = ledger_run,
	},
	{
		.name = "verify",
		.usage = "CASE",
		.help = "check that a case is whole",
		.more = "Checks the chain of entries and the bytes of all evidence; then makes "
			"the derived tables anew beside the case and compares them. What is "
			"wrong is printed, one finding a line, and the exit status is 4.\n\n"
			"A tail that was cut off shows only against a head that was noted "
			"elsewhere (--head), or a seal.",
		.options = NAMES("head"),
		.examples = NAMES("kase verify c.kase --head 1f3a9c..."),
		.needs = COMMAND_CASE,
		.least = 1,
		.most = 1,
		.run = verify_run,
	},
	{
		.name = "seal",
		.usage = "CASE",
		.help = "sign a case's head with an SSH key",
		.more = "Writes the head to CASE.head and its signature to CASE.sig, so that "
			"anyone can check it with ssh-keygen alone, and enters the seal.",
		.options = NAMES("key", "person"),
		.examples = NAMES("kase seal c.kase --key ~/.ssh/id_ed25519"),
		.needs = COMMAND_CASE,
		.least = 1,
		.most = 1,
		.run = seal_run,
	},
	{
		.name = "drill",
		.usage = "[CASE]",
		.help = "practise on a simulated cluster",
		.more = "Starts a simulated cluster inside the program, makes a case (in a "
			"temporary folder, unless told) and opens it. Nothing outside the "
			"program is asked. --record-only is for machines without a terminal.\n\n"
			"The cluster replays what was recorded of a real one in which an intruder "
			"was at work: twelve minutes in which pods come and go, containers "
			"restart and events arrive, beginning now. Then it stays as it is, and "
			"what runs goes on to log.",
		.options = NAMES("hurry", "record-only", "person"),
		.needs = COMMAND_TERMINAL,
		.otherwise = "--record-only records without one",
		.most = 1,
		.run = drill_run,
	},
	{
		.name = "help",
		.usage = "[COMMAND]",
		.help = "print how kase, or one command, is used",
		.options = NAMES("man", "completion"),
		.most = 1,
		.run = help_run,
	},
	{
		.name = "version",
		.usage = "",
		.help = "print which kase this is",
		.options = (const char *const[]){ NULL },
		.run = version_run,
	},
};
const gsize command_count = G_N_ELEMENTS(command_table);

const struct option *option_find(const char *name)
{
	for (gsize i = 0; i < option_count; i++)
		if (!strcmp(option_table[i].name, name))
			return &option_table[i];
	return NULL;
}

const struct command *command_find(const char *name)
{
	for (gsize i = 0; i < command_count; i++)
		if (!strcmp(command_table[i].name, name))
			return &command_table[i];
	return NULL;
}
