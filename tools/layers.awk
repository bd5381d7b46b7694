# SPDX-License-Identifier: MIT
# Standard input: the source files there are. list: tests/layers.txt, each line a file and, behind
# it, the fenced headers that it may include. See tools/layers.sh.

function fault(text) {
	print text
	faults++
}

# The folder that decides who may see whom.
function layer_of(file) {
	sub(/\/.*/, "", file)
	return file
}

function room_of(file) {
	sub(/\/[^\/]*$/, "", file)
	return file
}

# Whether a file of one layer may include a file of another.
function may_see(from, to) {
	return from == to || index(sees[from], " " to " ") > 0
}

# The fence that a foreign header stands behind, or "". A fence "x/*" holds a folder, "*.x" an ending.
function fence_of(header, f, tail) {
	for (f in fences) {
		if (f == header || header ~ /\// && f == substr(header, 1, index(header, "/")) "*")
			return f
		tail = substr(f, 2)
		if (substr(f, 1, 2) == "*." && length(header) > length(tail) &&
		    substr(header, length(header) - length(tail) + 1) == tail)
			return f
	}
	return ""
}

# Reads the includes of a file: project headers to ours[file, n], foreign ones to theirs[file, n].
function read_includes(file, line, name, number) {
	number = 0
	while ((getline line < file) > 0) {
		number++
		if (line !~ /^[ \t]*#[ \t]*include[ \t]*[<"]/)
			continue
		name = line
		sub(/^[^<"]*[<"]/, "", name)
		sub(/[>"].*/, "", name)
		if (name in exists) {
			ours[file, ++ours_count[file]] = name
			place[file, name] = number
		} else {
			theirs[file, ++theirs_count[file]] = name
			place[file, name] = number
			if (line ~ /include[ \t]*"/ && fence_of(name) == "")
				fault(file ":" number ": there is no file " name \
				      " (project headers are named from the top folder)")
		}
	}
	close(file)
}

function read_list(line, words, n, i, number) {
	while ((getline line < list) > 0) {
		number++
		sub(/#.*/, "", line)
		sub(/[ \t]+$/, "", line)
		n = split(line, words, /[ \t]+/)
		if (n == 0 || words[1] == "")
			continue
		if (words[1] == "fence") { # a foreign header that only named files may include
			for (i = 2; i <= n; i++)
				fences[words[i]] = 1
			continue
		}
		if (words[1] in rank)
			fault(list ":" number ": " words[1] " is listed twice")
		rank[words[1]] = ++ranks
		listed[ranks] = words[1]
		list_line[words[1]] = number
		for (i = 2; i <= n; i++) {
			allowed[words[1], words[i]] = 1
			if (!(words[i] in fences))
				fault(list ":" number ": " words[i] " is no fence; name it in a line \"fence\" above")
		}
	}
	close(list)
	if (!number)
		fault(list ": cannot be read")
}

function check_file(file, i, name, fence) {
	for (i = 1; i <= ours_count[file]; i++) {
		name = ours[file, i]
		if (!may_see(layer_of(file), layer_of(name)))
			fault(file ":" place[file, name] ": " layer_of(file) " must not include " name)
		else if ((name in rank) && rank[name] > rank[file])
			fault(file ":" place[file, name] ": includes " name ", which stands below it in " list)
	}
	for (i = 1; i <= theirs_count[file]; i++) {
		name = theirs[file, i]
		fence = fence_of(name)
		if (fence != "" && !((file, fence) in allowed))
			fault(file ":" place[file, name] ": includes <" name ">, which is fenced: " \
			      "use the file that " list " names for it")
		if (fence != "")
			used[file, fence] = 1
	}
}

function check(i, file, both) {
	for (i = 1; i <= files; i++)
		if (!(names[i] in rank))
			fault(names[i] ": is not in " list " (tools/layers.sh --suggest finds a place)")
	for (i = 1; i <= ranks; i++) {
		file = listed[i]
		if (!(file in exists))
			fault(list ":" list_line[file] ": there is no file " file)
		else
			check_file(file)
	}
	for (both in allowed) {
		split(both, pair, SUBSEP)
		if ((pair[1] in exists) && !(both in used))
			fault(list ":" list_line[pair[1]] ": " pair[1] " does not include " pair[2] \
			      ": take the right away")
	}
	if (faults) {
		print faults " faults against the layering law of " list
		exit 1
	}
	print files " files, in layers"
}

# Whether a file includes, however far down, one whose place is just being sought.
function blocked(file, i) {
	if (state[file] == 2 || looked[file] == looks)
		return 0
	looked[file] = looks
	for (i = 1; i <= ours_count[file]; i++)
		if (state[ours[file, i]] == 1 || blocked(ours[file, i]))
			return 1
	return 0
}

# Puts a file after all that it includes, and a source right after its header where that fits.
function visit(file, i, header, source) {
	header = file
	if (sub(/\.c$/, ".h", header) && (header in exists))
		visit(header)
	if (state[file] == 1)
		print "# a circle of includes goes through " file
	if (state[file])
		return
	state[file] = 1
	for (i = 1; i <= ours_count[file]; i++)
		if (state[ours[file, i]] != 2)
			visit(ours[file, i])
	state[file] = 2
	order[++ordered] = file
	source = file
	if (!sub(/\.h$/, ".c", source) || !(source in exists) || state[source])
		return
	looks++
	if (!blocked(source))
		visit(source)
}

function fences_in(file, i, f, text) {
	for (i = 1; i <= theirs_count[file]; i++) {
		f = fence_of(theirs[file, i])
		if (f == "" || (file, f) in said)
			continue
		said[file, f] = 1
		text = text "\t" f
	}
	return text
}

# The place of a new file: behind the last of those that it includes.
function suggest_places(r, n, i, j, file, after, other) {
	n = split("base serve sheets proto collectors collectors/run collectors/program aggregator/catalogue aggregator/ledger aggregator/progress " \
		  "aggregator/office aggregator/admission aggregator/alerts aggregator/query aggregator daemon daemon/ctl",
		  rooms, " ")
	for (i = 1; i <= ranks; i++)
		position[listed[i]] = i
	for (r = 1; r <= n; r++)
		for (i = 1; i <= files; i++)
			if (room_of(names[i]) == rooms[r])
				visit(names[i])
	for (i = 1; i <= files; i++)
		visit(names[i])
	for (i = 1; i <= ordered; i++) {
		file = order[i]
		if (file in rank)
			continue
		missing++
		after = ""
		for (j = 1; j <= ours_count[file]; j++) {
			other = ours[file, j]
			if (after == "" || position[other] > position[after])
				after = other
		}
		position[file] = ranks + i
		printf "%s%s%s\n", file, fences_in(file), ranks && after != "" ? "\t# after " after : ""
	}
	if (!missing)
		print "# every file is listed"
}

BEGIN {
	sees["proto"] = " base "
	sees["serve"] = " base "
	sees["sheets"] = " base "
	sees["collectors"] = " serve sheets proto base "
	sees["aggregator"] = " sheets proto base "
	sees["daemon"] = " serve sheets collectors aggregator proto base "
}
{
	names[++files] = $0
	exists[$0] = 1
}
END {
	read_list()
	for (i = 1; i <= files; i++)
		read_includes(names[i])
	if (suggest) {
		for (i = 1; i <= ranks; i++)
			position[listed[i]] = rank[listed[i]]
		suggest_places()
		exit 0
	}
	check()
}
