// SPDX-License-Identifier: MIT
// The daemon's /metrics, which are written for machines, as numbers to show.

export interface Sample { labels: Record<string, string>; value: number }
export type Metrics = ReadonlyMap<string, readonly Sample[]>;

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

export function parseMetrics(text: string): Metrics {
	const all = new Map<string, Sample[]>();

	for (const line of text.split("\n")) {
		const m = line.startsWith("#") ? null : LINE.exec(line);
		if (!m) continue;
		const [, name = "", labels = "", value = ""] = m;
		const found: Record<string, string> = {};
		for (const l of labels.matchAll(LABEL)) found[l[1] ?? ""] = (l[2] ?? "").replace(/\\(.)/g, (_, c: string) => c === "n" ? "\n" : c);
		const list = all.get(name) ?? [];
		list.push({ labels: found, value: value === "+Inf" ? Infinity : Number(value) });
		all.set(name, list);
	}
	return all;
}

/** The value of the sample with these labels; 0 where there is none. */
export function valueOf(m: Metrics, name: string, labels: Record<string, string> = {}): number {
	return m.get(name)?.find((s) => Object.entries(labels).every(([k, v]) => s.labels[k] === v))?.value ?? 0;
}

export function sumOf(m: Metrics, name: string): number {
	return (m.get(name) ?? []).reduce((sum, s) => sum + s.value, 0);
}

/** The samples that are not 0, by the value of a label. */
export function causes(m: Metrics, name: string, label: string): [string, number][] {
	return (m.get(name) ?? []).filter((s) => s.value > 0).map((s) => [s.labels[label] ?? "", s.value]);
}

/** The bound of a histogram below which that share of what was measured lies; undefined where nothing
 * was measured. */
export function quantile(m: Metrics, name: string, share: number): number | undefined {
	const buckets = (m.get(`${name}_bucket`) ?? []).map((s) => ({ bound: s.labels["le"] === "+Inf" ? Infinity : Number(s.labels["le"]), count: s.value }))
		.sort((a, b) => a.bound - b.bound);
	const all = buckets[buckets.length - 1]?.count ?? 0;
	return all > 0 ? buckets.find((b) => b.count >= all * share)?.bound : undefined;
}

export function bytes(n: number): string {
	const units = ["B", "KiB", "MiB", "GiB", "TiB"];
	let i = 0;
	for (; n >= 1024 && i < units.length - 1; i++) n /= 1024;
	return `${i > 0 && n < 10 ? n.toFixed(1) : Math.round(n)} ${units[i]}`;
}
