// SPDX-License-Identifier: MIT
// Numbers and days as people read them. Exact decimals arrive as strings and are never rounded here
// beyond what is shown.
import type { Figure } from "./api";
import type { Lang } from "./words";

const locales: Record<Lang, string> = { zh: "zh-CN", en: "en-GB" };

/** "28000" as "28,000"; keeps the decimals that it came with. */
export function decimal(text: string, lang: Lang): string {
	const [whole = "0", fraction] = text.split(".");
	const grouped = BigInt(whole).toLocaleString(locales[lang]);
	const sign = text.startsWith("-") && !grouped.startsWith("-") ? "-" : "";
	return sign + grouped + (fraction === undefined ? "" : `.${fraction}`);
}

/** "51.33" to one decimal, half away from zero, on the digits. */
export function oneDecimal(text: string): string {
	const negative = text.startsWith("-");
	const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
	let tenths = BigInt(whole) * 10n + BigInt(fraction[0] ?? "0");
	if ((fraction[1] ?? "0") >= "5") tenths += 1n;
	return `${negative && tenths > 0n ? "-" : ""}${tenths / 10n}.${tenths % 10n}`;
}

export function percent(text: string | null): string {
	return text === null ? "" : `${oneDecimal(text)}%`;
}

/** "-37.5点": behind plan is negative. */
export function points(text: string | null, unit: string): string {
	if (text === null) return "";
	const shown = oneDecimal(text);
	return `${shown.startsWith("-") ? shown.replace("-", "−") : `+${shown}`}${unit}`;
}

export function uom(f: Figure, lang: Lang): string {
	return lang === "zh" ? f.uom : ` ${f.uom_en}`;
}

/** "58/113处", as far as both are known; ratios and milestones in per cent. */
export function progress(f: Figure, lang: Lang): string {
	if (f.value === null) return "";
	const share = f.kind === "ratio" || f.kind === "milestone";
	const goal = f.goal === null || f.kind === "milestone" ? "" : `/${decimal(f.goal, lang)}`;
	/* of a composite counts what its parts may count: what is over in one does not fill another */
	const counts = f.kind === "composite" && f.attained !== undefined ? f.attained : f.value;
	return `${decimal(f.kind === "milestone" ? oneDecimal(f.value) : counts, lang)}${goal}${share ? "%" : uom(f, lang)}`;
}

export function dayText(iso: string, lang: Lang): string {
	const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
	return lang === "zh" ? `${year}年${month}月${day}日` :
		new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day)).toLocaleDateString("en-GB",
			{ timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });
}

/** "2022年9月" of "2022-09". */
export function monthText(iso: string, lang: Lang): string {
	const [year, month] = iso.split("-").map(Number);
	return lang === "zh" ? `${year}年${month}月` :
		new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, 1)).toLocaleDateString("en-GB", { timeZone: "UTC", month: "short", year: "numeric" });
}

/** "9月30日", where the year is plain. */
export function dayShort(iso: string, lang: Lang): string {
	const [, month, day] = iso.slice(0, 10).split("-").map(Number);
	return lang === "zh" ? `${month}月${day}日` : dayText(iso, lang).replace(/ \d{4}$/, "");
}

export function moment(iso: string, lang: Lang): string {
	return `${dayText(iso, lang)} ${iso.slice(11, 16)}`;
}

/** The last day of the month that is n months after the month of a day. */
export function monthEnd(iso: string, n: number): string {
	const [year = 0, month = 1] = iso.split("-").map(Number);
	return new Date(Date.UTC(year, month + n, 0)).toISOString().slice(0, 10);
}

/** Lexicographic order of codes such as "2.10" after "2.9". */
export function byCode(a: string, b: string): number {
	const x = a.split("."), y = b.split(".");
	for (let i = 0; i < Math.max(x.length, y.length); i++) {
		const d = Number(x[i] ?? -1) - Number(y[i] ?? -1);
		if (d) return d;
	}
	return 0;
}
