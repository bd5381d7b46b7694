// SPDX-License-Identifier: MIT
// Where the reader is: a path and parameters behind the #, so that every state is a link.

export interface Place { path: string[]; query: Record<string, string> }

/** A part of the path as it was written; one that nothing writes stays as it is. */
function decoded(part: string): string {
	try { return decodeURIComponent(part); } catch { return part; }
}

export function parse(hash: string): Place {
	const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?", 2);
	const query: Record<string, string> = {};
	new URLSearchParams(search).forEach((value, key) => { query[key] = value; });
	return { path: path.split("/").filter(Boolean).map(decoded), query };
}

export function link(path: readonly string[], query: Record<string, string | undefined> = {}): string {
	const search = new URLSearchParams();
	for (const key of Object.keys(query).sort()) {
		const value = query[key];
		if (value) search.set(key, value);
	}
	const text = search.toString();
	return `#/${path.map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`;
}

/** The parameters that go along from screen to screen: the day looked at, and as known when. */
export function carried(query: Record<string, string>): Record<string, string | undefined> {
	return { asof: query["asof"], known: query["known"] };
}
