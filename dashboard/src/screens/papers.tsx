// SPDX-License-Identifier: MIT
// All papers that can be made, by month, quarter and slip, with a link to each form.
import { useState } from "preact/hooks";
import type { Name, Programme, Ref, Unit } from "../api";
import { Files } from "../parts/export";
import { Loaded } from "../parts/state";
import { type ScreenProps, useRead, useShared } from "../state";
import { w } from "../words/papers";
import "../style/papers.css";

interface Month { month: string; period: string; state: string; publication: { document: string } | null }
interface Slip {
	id: string; rung_word: Name; state_word: Name; state: string; unit: Ref; number: string | null; about: Name;
	deadline: string | null;
}
const judged = new Set(["confirming", "objecting", "ready", "published"]);
const heads = { digital: w.head_digital, preprinted: w.head_preprinted, none: w.head_none };

function Ledger() {
	const { t, n, when } = useShared();
	const units = useRead<{ units: Unit[] }>("/units");
	const [unit, choose] = useState("");

	return (
		<section aria-labelledby="p-ledger">
			<h2 id="p-ledger">{t(w.ledger)}</h2>
			<p class="hint">{t(w.ledger_hint)}</p>
			<Loaded of={units}>{(u) => (
				<p class="choose">
					<label>{t(w.of_unit)} <select value={unit} onChange={(e) => { choose(e.currentTarget.value); }}>
						<option value="">{t(w.whole)}</option>
						{u.units.map((one) => <option key={one.id} value={one.id}>{n(one.name)}</option>)}
					</select></label>
					<Files path="/ledger-sheet" formats={["xlsx", "csv"]} what={t(w.ledger)} query={[unit && `unit=${encodeURIComponent(unit)}`, when].filter(Boolean).join("&")} />
				</p>
			)}</Loaded>
		</section>
	);
}

function Bulletins({ months }: { months: readonly Month[] }) {
	const { t, to } = useShared();
	const ready = months.filter((m) => judged.has(m.state)).reverse();

	return (
		<section aria-labelledby="p-bulletins">
			<h2 id="p-bulletins">{t(w.bulletins)}</h2>
			{ready.length === 0 ? <p>{t(w.not_yet)}</p> : (
				<table><thead><tr><th scope="col">{t(w.month)}</th><th scope="col">{t(w.state)}</th><th scope="col">{t(w.files)}</th></tr></thead>
					<tbody>{ready.map((m) => (
						<tr key={m.month}>
							<th scope="row"><a href={to("bulletin", m.month)}>{m.month}</a></th>
							<td>{m.publication ? `${t(w.published)} ${m.publication.document}` : t(w.draft)}</td>
							<td><Files path={`/bulletins/${m.month}`} formats={["html", "docx", "pdf", "xlsx"]} what={`${t(w.bulletins)} ${m.month}`} /></td>
						</tr>))}
					</tbody>
				</table>)}
		</section>
	);
}

function quarterOf(month: string): string {
	return `${month.slice(0, 4)}-Q${Math.floor((Number(month.slice(5)) + 2) / 3)}`;
}

function Packs({ months }: { months: readonly Month[] }) {
	const { t } = useShared();
	const all = months.filter((m) => judged.has(m.state)).map((m) => quarterOf(m.month));
	const ready = all.filter((q, i) => all.indexOf(q) === i).reverse();

	return (
		<section aria-labelledby="p-packs">
			<h2 id="p-packs">{t(w.packs)}</h2>
			<p class="hint">{t(w.packs_hint)}</p>
			{ready.length === 0 ? <p>{t(w.not_yet)}</p> : (
				<table><thead><tr><th scope="col">{t(w.quarter)}</th><th scope="col">{t(w.files)}</th></tr></thead>
					<tbody>{ready.map((q) => {
						const name = t(w.quarter_name, { year: q.slice(0, 4), n: q.slice(6) });
						return (
							<tr key={q}><th scope="row">{name}</th>
								<td><Files path={`/packs/${q}`} formats={["html", "docx", "pdf"]} what={`${t(w.packs)} ${name}`} /></td></tr>);
					})}</tbody>
				</table>)}
		</section>
	);
}

function Slips() {
	const { t, n, to } = useShared();
	const [all, setAll] = useState(false);
	const [head, setHead] = useState<keyof typeof heads>("digital");
	const slips = useRead<{ slips: Slip[] }>(`/slips?state=${all ? "all" : "open"}&limit=500`);

	return (
		<section aria-labelledby="p-slips">
			<h2 id="p-slips">{t(w.slips)}</h2>
			<p class="choose">
				<label>{t(w.head)} <select value={head} onChange={(e) => { setHead(e.currentTarget.value as keyof typeof heads); }}>
					{(Object.keys(heads) as (keyof typeof heads)[]).map((h) => <option key={h} value={h}>{t(heads[h])}</option>)}
				</select></label>
				<label><input type="checkbox" checked={all} onChange={(e) => { setAll(e.currentTarget.checked); }} /> {t(w.slips_all)}</label>
			</p>
			<Loaded of={slips}>{(s) => s.slips.length === 0 ? <p>{t(w.slips_none)}</p> : (
				<table><thead><tr><th scope="col">{t(w.id)}</th><th scope="col" class="wide">{t(w.what)}</th><th scope="col">{t("unit")}</th><th scope="col" class="wide">{t(w.about)}</th><th scope="col" class="wide">{t(w.state)}</th><th scope="col">{t(w.files)}</th></tr></thead>
					<tbody>{s.slips.map((one) => (
						<tr key={one.id}>
							<th scope="row"><a href={to("slips", one.id)}>{one.id}</a><span class="narrow small"><br />{n(one.rung_word)}</span></th>
							<td class="wide">{n(one.rung_word)}{one.number ? <><br /><span class="small">{one.number}</span></> : null}</td>
							<td>{n(one.unit.name)}</td>
							<td class="wide about">{n(one.about)}</td>
							<td class="wide">{n(one.state_word)}</td>
							<td><Files path={`/slips/${one.id}/paper`} formats={["html", "docx", "pdf"]} what={one.id} query={`letterhead=${head}`} /></td>
						</tr>))}
					</tbody>
				</table>)}
			</Loaded>
		</section>
	);
}

export default function PapersScreen({ programme: _ }: ScreenProps & { programme: Programme }) {
	const { t } = useShared();
	const months = useRead<{ months: Month[] }>("/months");

	return (
		<div class="papers">
			<h1>{t(w.title)}</h1>
			<p class="hint">{t(w.hint)}</p>
			<Ledger />
			<Loaded of={months}>{(m) => <><Bulletins months={m.months} /><Packs months={m.months} /></>}</Loaded>
			<Slips />
		</div>
	);
}
