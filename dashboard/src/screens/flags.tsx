// SPDX-License-Identifier: MIT
// Figures that look odd: why, by which numbers, and what people said of them.
import type { Name, Ref } from "../api";
import { dayText, moment } from "../format";
import { Acts, type Offer, why } from "../parts/act";
import { useNames } from "../parts/names";
import { Loaded, Nothing } from "../parts/state";
import { type ScreenProps, useRead, useShared } from "../state";
import "../style/office.css";
import { inputs, w } from "../words/office";

interface Flag {
	id: string; rule: string; code: string; rule_word: Name; target: string; target_name: Name; unit: Ref; period: string;
	state: string; state_word: Name; text: Name; inputs: { name: string; value: string }[]; position: number; at: string;
	answer: { at: string; by: string; why: string } | null;
}

function offers(f: Flag): Offer[] {
	const one = (act: string, word: Name, note: Name, state: string): Offer[] => f.state === state || f.state === "gone" ? [] : [{ act, word, note, about: f.id, fields: [why], fixed: { flag: f.id }, units: [f.unit.id] }];
	return [...one("flag.explain", w.explain, w.explain_note, "explained"), ...one("flag.dismiss", w.dismiss, w.dismiss_note, "dismissed"), ...one("flag.confirm", w.confirm_flag, w.confirm_flag_note, "confirmed")];
}

function One({ f, again }: { f: Flag; again(): void }) {
	const { t, n, lang, to } = useShared();

	return (
		<li>
			<p><strong>{f.code} {n(f.rule_word)}</strong> <span class="mark">{n(f.state_word)}</span></p>
			<p>{n(f.text)}</p>
			<p class="meta">
				<a href={to("targets", f.target)}>{n(f.target_name)}</a><a href={to("units", f.unit.id)}>{n(f.unit.name)}</a><span>{dayText(f.period, lang)}</span>
				<span>{t(w.numbers)}：{f.inputs.map((x) => `${n(inputs[x.name] ?? { zh: x.name, en: x.name })} ${x.value}`).join("；")}</span>
			</p>
			{f.answer && <p>{f.answer.by} {moment(f.answer.at, lang)}：{f.answer.why}</p>}
			<Acts offers={offers(f)} onDone={again} />
		</li>
	);
}

export default function FlagsScreen({ id }: ScreenProps) {
	const { t, n, place, with: here, go } = useShared();
	const names = useNames();
	const q = place.query, state = q["state"] ?? "open";
	const list = useRead<{ flags: Flag[] }>(id ? null : `/flags?limit=1000&state=${state}${q["unit"] ? `&unit=${q["unit"]}` : ""}${q["rule"] ? `&rule=${q["rule"]}` : ""}`);
	const single = useRead<{ flag: Flag }>(id ? `/flags/${encodeURIComponent(id)}` : null);
	const set = (key: string) => (e: { currentTarget: { value: string } }) => { go(here({ [key]: e.currentTarget.value || undefined })); };

	return (
		<section>
			<h1>{t(w.flags)}</h1>
			<p class="hint">{t(w.flags_note)}</p>
			{id ? <Loaded of={single}>{(d) => <ul class="life"><One f={d.flag} again={single.again} /></ul>}</Loaded> : (
				<>
					<div class="filters">
						<label>{t("state")} <select value={state} onChange={set("state")}><option value="open">{t(w.waiting)}</option><option value="all">{t(w.all)}</option></select></label>
						<label>{t("unit")} <select value={q["unit"] ?? ""} onChange={set("unit")}>
							<option value="">{t(w.all)}</option>{(names.forms?.units ?? []).map((u) => <option key={u.id} value={u.id}>{n(u.name)}</option>)}
						</select></label>
					</div>
					<Loaded of={list}>{(d) => d.flags.length === 0 ? <Nothing /> : <ul class="life">{d.flags.map((f) => <One key={f.id} f={f} again={list.again} />)}</ul>}</Loaded>
				</>
			)}
		</section>
	);
}
