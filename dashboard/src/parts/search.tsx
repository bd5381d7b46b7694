// SPDX-License-Identifier: MIT
// Units and measures by name or id.
import { useState } from "preact/hooks";
import type { Figure, Unit } from "../api";
import { useRead, useShared } from "../state";

const SHOWN = 8;

export function Search() {
	const { t, n, to, go } = useShared();
	const [text, setText] = useState("");
	const [begun, begin] = useState(false);
	const targets = useRead<{ targets: Figure[] }>(begun ? "/targets" : null);
	const units = useRead<{ units: Unit[] }>(begun ? "/units" : null);
	const wanted = text.trim().toLowerCase();
	const fits = (x: { id: string; name: { zh: string; en: string } }) =>
		[x.id, x.name.zh, x.name.en].some((s) => s.toLowerCase().includes(wanted));
	const found = wanted === "" ? [] : [
		...(units.data?.units ?? []).filter(fits).map((u) => ({ href: to("units", u.id), text: n(u.name) })),
		...(targets.data?.targets ?? []).filter((f) => fits(f) || f.item === wanted)
			.map((f) => ({ href: to("targets", f.id), text: `${f.item} ${n(f.name)}` })),
	].slice(0, SHOWN);
	const take = (href: string | undefined) => {
		if (!href) return;
		setText("");
		go(href);
	};

	return (
		<div class="search">
			<form role="search" onSubmit={(e) => { e.preventDefault(); take(found[0]?.href); }}
				onKeyDown={(e) => { if (e.key === "Escape") { setText(""); document.getElementById("search")?.focus(); } }}>
				<input id="search" type="search" value={text} placeholder={t("search")} aria-label={t("search")} autocomplete="off"
					onFocus={() => { begin(true); }} onInput={(e) => { setText(e.currentTarget.value); }} />
				{wanted !== "" && (
					<ul class="found">
						{found.map((x) => <li key={x.href}><a href={x.href} onClick={() => { setText(""); }}>{x.text}</a></li>)}
						{found.length === 0 && targets.data && <li class="nothing">{t("nothing")}</li>}
					</ul>
				)}
			</form>
		</div>
	);
}
