// SPDX-License-Identifier: MIT
// Where the reader is: a path and parameters behind the #, so that every state is a link.

export interface Place {
	path: string[]; query: Record<string, string>;
	/** What stood where a day was wanted, and is none: it is not among the parameters. */
	bad_day?: string;
}

/** A part of the path as it was written; one that nothing writes stays as it is. */
function decoded(part: string): string {
	try { return decodeURIComponent(part); } catch { return part; }
}

/** Whether it is a day of the calendar: an address may say anything. */
function isDay(text: string): boolean {
	const day = new Date(`${text}T00:00:00Z`);
	return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

export function parse(hash: string): Place {
	const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?", 2);
	const query: Record<string, string> = {};
	new URLSearchParams(search).forEach((value, key) => { query[key] = value; });
	const place: Place = { path: path.split("/").filter(Boolean).map(decoded), query };
	for (const name of ["asof", "known"]) {
		const day = query[name];
		if (day === undefined || isDay(day)) continue;
		place.bad_day = day;
		delete query[name];
	}
	return place;
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
