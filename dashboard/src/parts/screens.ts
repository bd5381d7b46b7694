// SPDX-License-Identifier: MIT
// All screens: where they are, what they are called, how the menu groups them.
import type { Name } from "../api";
import { w } from "../words/frame";
import type { Word } from "../words";

export interface Entry {
	path: readonly string[];
	name: Word | Name;
	/** The letter after g. */
	key?: string;
	/** From which width on it stands in the bar: 0 always. */
	bar?: "always" | "wide";
}
export interface Group { name: Word | Name; entries: readonly Entry[] }

export const groups: readonly Group[] = [
	{ name: w.group_look, entries: [
		{ path: [], name: "overview", key: "o", bar: "always" },
		{ path: ["matrix"], name: "matrix", key: "h", bar: "always" },
		{ path: ["items"], name: "items", key: "i", bar: "wide" },
		{ path: ["units"], name: "units", key: "u", bar: "always" },
		{ path: ["wall"], name: "wall", key: "w" },
	] },
	{ name: w.group_follow, entries: [
		{ path: ["alerts"], name: "alerts", key: "a", bar: "always" },
		{ path: ["slips"], name: w.slips, key: "s", bar: "wide" },
		{ path: ["records", "problems"], name: w.problems },
		{ path: ["records", "inspections"], name: w.inspections },
		{ path: ["records", "meetings"], name: w.meetings },
		{ path: ["records", "decisions"], name: w.decisions },
		{ path: ["flags"], name: w.flags, key: "f" },
	] },
	{ name: w.group_month, entries: [
		{ path: ["reporting"], name: "month", key: "r", bar: "wide" },
		{ path: ["import"], name: w.import, key: "m" },
		{ path: ["records", "narratives"], name: w.narratives, key: "n" },
		{ path: ["reconcile"], name: "reconcile", key: "c" },
		{ path: ["bulletin"], name: w.bulletin, key: "b", bar: "wide" },
		{ path: ["papers"], name: w.papers, key: "p", bar: "wide" },
	] },
	{ name: w.group_people, entries: [
		{ path: ["records", "portfolio"], name: w.portfolio },
		{ path: ["records", "contacts"], name: w.contacts },
		{ path: ["operations"], name: "operations", key: "x" },
		{ path: ["signin"], name: w.signin },
	] },
];
export const entries: readonly Entry[] = groups.reduce<Entry[]>((all, g) => [...all, ...g.entries], []);

/** The entry whose screen the reader is on: the longest path that fits. */
export function entryOf(path: readonly string[]): Entry | undefined {
	return entries.filter((e) => e.path.every((p, i) => p === path[i]) && (e.path.length > 0 || path.length === 0))
		.sort((a, b) => b.path.length - a.path.length)[0];
}
