# Finds what breaks the borders between the floors in the files given, whose names start at the top of the tree.
# Prints a line for each: RULE FILE:LINE: what is wrong.  tests/floors runs it.

BEGIN {
	# Floors by folder.  A file may include the headers of its own floor and of those below.
	split("src/base=0 src/case=1 src/playbook=1 src/kube=2 src/node=2 src/signal=2 src/project=3 src/reason=3 " \
		"src/describe=3 src/export=4 src/engine=5 src/cmd=6 ui=6", rows, " ")
	for (i in rows) { split(rows[i], r, "="); floor[r[1]] = r[2] }
	# The simulated cluster stands beside the floors: it includes the lowest, and is started from the highest.
	floor["src/drill"] = 0
	floor_seen["src/drill"] = 6

	# Public headers that are not called after their folder.
	split("console=ui digest=src/base json=src/base pack=src/base relay=src/base stamp=src/base subject=src/base " \
		"text=src/base version=src/base yaml=src/base", rows, " ")
	for (i in rows) { split(rows[i], r, "="); home[r[1]] = r[2] }

	# Where else's libraries may be included: header, then the files that may.
	outside["^(ncurses|ncursesw|curses|term|panel|menu|form)"] = "^ui/tty\\.c$"
	outside["^sqlite3"] = "^src/case/"
	outside["^curl/"] = "^src/kube/http[^/]*$"
	outside["^(cjson/)?cJSON"] = "^src/base/json[^/]*$"
	outside["^yaml\\.h$"] = "^src/base/yaml[^/]*\\.c$"
	outside["^(microhttpd|gnutls)"] = "^src/drill/"
	outside["^(zstd|zdict)"] = "^src/base/pack\\.c$"
	outside["^openssl/"] = "^src/(base/digest\\.c$|kube/|drill/)"

	FUNCTION_MAX = 80
	FILE_MAX = 900
}

function found(rule, what) { print rule " " FILENAME ":" FNR ": " what }

function folder_of(name) {
	if (match(name, /^include\/kase\//)) {
		name = substr(name, 14)
		sub(/\.h$/, "", name)
		return name in home ? home[name] : "src/" name
	}
	if (match(name, /^src\/[^\/]*/) || match(name, /^[^\/]*/))
		return substr(name, RSTART, RLENGTH)
}

FNR == 1 {
	if (previous != "" && lines > FILE_MAX && previous ~ /\.c$/)
		print "long-file " previous ":" lines ": more than " FILE_MAX " lines: this is two files"
	folder = folder_of(FILENAME)
	if (!(folder in floor))
		found("floor", "is in no folder that has a floor")
	header = FILENAME ~ /^include\//
	noun = FILENAME
	sub(/^.*\//, "", noun)
	sub(/\.h$/, "", noun)
	begun = 0
	if (header && $0 !~ /^\/\*$/)
		found("block", "no block at its top that says what this is")
}
{ previous = FILENAME; lines = FNR }
header && FNR == 2 && index($0, " * " noun " - ") != 1 { found("block", "its block does not begin with `" noun " - what it is`") }

/^[ \t]*#[ \t]*include[ \t]*</ {
	name = $0
	sub(/^[^<]*</, "", name)
	sub(/>.*/, "", name)
	if (name ~ /^kase\//) {
		target = folder_of("include/" name)
		if (!(target in floor))
			found("floor", "<" name "> belongs to no folder that has a floor")
		else if ((target in floor_seen ? floor_seen[target] : floor[target]) > floor[folder] && target != folder)
			found("floor", folder " may not include <" name ">, which is of a higher floor")
	} else {
		for (library in outside)
			if (name ~ library && FILENAME !~ outside[library])
				found("library", "<" name "> is included here, and may be only in " outside[library])
	}
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	name = $0
	sub(/^[^"]*"/, "", name)
	sub(/".*/, "", name)
	if (name ~ /\//)
		found("private", "\"" name "\" is the private header of another folder")
	else if (header)
		found("private", "a public header includes \"" name "\", which is private")
	else if (name != "config.h" && !((folder "/" name) in present))
		found("private", "\"" name "\" is not in its folder")
}

# Layout is clang-format's: a function's braces stand alone in the first column, and nothing else's do.
/^\{$/ { begun = FNR }
/^\}$/ {
	if (begun && FNR - begun - 1 > FUNCTION_MAX)
		found("long-function", "a function of " FNR - begun - 1 " lines, more than " FUNCTION_MAX)
	begun = 0
}
END {
	if (previous != "" && lines > FILE_MAX && previous ~ /\.c$/)
		print "long-file " previous ":" lines ": more than " FILE_MAX " lines: this is two files"
}
