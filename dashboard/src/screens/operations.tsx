// SPDX-License-Identifier: MIT
// For the operator: how the daemon fares, from what it tells to machines; as far as the reader may see.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Unit } from "../api";
import { decimal, moment } from "../format";
import { bytes, causes, parseMetrics, quantile, sumOf, valueOf, type Metrics } from "../parts/metrics";
import { Scroll } from "../parts/scroll";
import { Loaded, Waiting } from "../parts/state";
import { useSession } from "../session";
import { type ScreenProps, useRead, useShared } from "../state";
import { w } from "../words/operations";
import "../style/operations.css";

const AGAIN_MS = 10000, HOUR_MS = 3600000, DAY_HOURS = 24;
const PAGE = 4096;
const LITTLE_ROOM = 0.8;

interface Asked { metrics?: Metrics; ready?: { status: string; why: string | null }; refused?: string }

/** /metrics and /readyz: asked for every ten seconds while the screen is open. */
function useMetrics(): Asked {
	const [asked, set] = useState<Asked>({});

	useEffect(() => {
		const stop = new AbortController();
		const ask = async () => {
			try {
				const [metrics, ready] = await Promise.all([fetch("/metrics", { signal: stop.signal }), fetch("/readyz", { signal: stop.signal })]);
				const state = await ready.json() as { status: string; why: string | null };
				if (!metrics.ok) { set({ refused: String(metrics.status), ready: state }); return; }
				set({ metrics: parseMetrics(await metrics.text()), ready: state });
			} catch { /* the frame says that the daemon is away; what was known stays */ }
		};
		void ask();
		const timer = window.setInterval(() => { void ask(); }, AGAIN_MS);
		return () => { stop.abort(); window.clearInterval(timer); };
	}, []);
	return asked;
}

function Facts({ title, children }: { title: string; children: ComponentChildren }) {
	return <section><h2>{title}</h2><dl class="facts">{children}</dl></section>;
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
	return <><dt>{name}</dt><dd>{children}</dd></>;
}

function useNumber() {
	const { lang } = useShared();
	return (n: number) => decimal(String(Math.round(n)), lang);
}

function Intake({ m }: { m: Metrics }) {
	const { t } = useShared();
	const num = useNumber();
	const rows = ["admitted", "hold", "reject", "duplicate", "conflict"].map((v) => num(valueOf(m, "minsheng_rows_total", { verdict: v })));
	const why = causes(m, "minsheng_refused_total", "code"), refused = why.reduce((s, [, n]) => s + n, 0);
	const ms = (share: number) => { const s = quantile(m, "minsheng_receipt_latency_seconds", share); return s === undefined ? "–" : s === Infinity ? ">100000" : String(s * 1000); };

	return (
		<Facts title={t(w.ingest)}>
			<Fact name={t(w.batches)}>{num(valueOf(m, "minsheng_ingest_batches_total"))}</Fact>
			<Fact name={t(w.rows)}>{rows.join(" / ")}</Fact>
			<Fact name={t(w.refused)}>{refused === 0 ? "0" : t(w.refused_why, { n: num(refused), why: why.map(([k, n]) => `${k} ${num(n)}`).join(", ") })}</Fact>
			<Fact name={t(w.latency)}>{t(w.latency_text, { half: ms(0.5), most: ms(0.99) })}</Fact>
			<Fact name={t(w.commits)}>{num(valueOf(m, "minsheng_commits_total"))}</Fact>
			<Fact name={t(w.lost)}>{causes(m, "minsheng_bus_dropped_total", "why").map(([k, n]) => `${k} ${num(n)}`).join(", ") || "0"}</Fact>
		</Facts>
	);
}

function Store({ m }: { m: Metrics }) {
	const { t } = useShared();
	const num = useNumber();
	const used = valueOf(m, "minsheng_store_used_pages"), room = valueOf(m, "minsheng_store_map_pages");

	return (
		<Facts title={t(w.store)}>
			<Fact name={t("position")}>{num(valueOf(m, "minsheng_ledger_position"))}</Fact>
			<Fact name={t("full_rows")}>{num(valueOf(m, "minsheng_ledger_rows"))}</Fact>
			<Fact name={t("alert_rows")}>{num(valueOf(m, "minsheng_alert_number"))}</Fact>
			<Fact name={t(w.size)}>{bytes(valueOf(m, "minsheng_store_size_bytes"))}</Fact>
			<Fact name={t(w.used)}>{bytes(used * PAGE)} / {bytes(room * PAGE)}{room > 0 && used / room > LITTLE_ROOM && <strong> {t(w.room)}</strong>}</Fact>
			<Fact name={t(w.readers)}>{num(valueOf(m, "minsheng_store_readers"))}</Fact>
		</Facts>
	);
}

function Pages({ m }: { m: Metrics }) {
	const { t } = useShared();
	const num = useNumber();

	return (
		<Facts title={t(w.pages)}>
			<Fact name={t(w.streams)}>{num(valueOf(m, "minsheng_sse_clients"))}</Fact>
			<Fact name={t(w.requests)}>{["2xx", "3xx", "4xx", "5xx"].map((c) => num(valueOf(m, "minsheng_http_requests_total", { class: c }))).join(" / ")}</Fact>
			<Fact name={t(w.feed)}>{num(sumOf(m, "minsheng_feed_messages_total"))}</Fact>
			<Fact name={t(w.sessions, { n: num(valueOf(m, "minsheng_sessions")), keys: num(valueOf(m, "minsheng_keys")) })}>{t(w.handshakes)} {num(["unknown-key", "revoked-key", "bad-request"].reduce((s, r) => s + valueOf(m, "minsheng_handshakes_total", { result: r }), 0))}</Fact>
		</Facts>
	);
}

interface Reporter extends Unit { keys: { fingerprint: string; state: string }[]; outboxes: { epoch: string; last_entry: string | null }[] }

/** Units by how long nothing was heard of them. */
function Reporters({ now }: { now: string }) {
	const { t, n, lang, to } = useShared();
	const answer = useRead<{ reporters: Reporter[] }>("/reporters");
	const quiet = (r: Reporter) => {
		if (!r.last_report) return t(w.never);
		const hours = Math.floor((Date.parse(now) - Date.parse(r.last_report)) / HOUR_MS);
		return hours < 2 * DAY_HOURS ? t(w.hours, { n: Math.max(0, hours) }) : t(w.days, { n: Math.floor(hours / DAY_HOURS) });
	};

	return (
		<section><h2>{t(w.units)}</h2>
			<Loaded of={answer}>{(a) => (
				<Scroll><table>
					<thead><tr><th>{t("unit")}</th><th class="num">{t(w.quiet)}</th><th>{t(w.last)}</th><th class="num">{t(w.outboxes)}</th><th>{t(w.fingerprint)}</th></tr></thead>
					<tbody>{[...a.reporters].sort((x, y) => (x.last_report ?? "").localeCompare(y.last_report ?? "")).map((r) => (
						<tr key={r.id}>
							<th scope="row"><a href={to("units", r.id)}>{n(r.name)}</a></th><td class="num">{quiet(r)}</td><td>{r.last_report ? moment(r.last_report, lang) : ""}</td>
							<td class="num">{r.outboxes.length}</td><td class="hash">{r.keys.filter((k) => k.state === "valid").map((k) => k.fingerprint).join("; ") || t(w.no_key)}</td>
						</tr>))}
					</tbody>
				</table></Scroll>
			)}</Loaded>
		</section>
	);
}

interface Channel { name: string; [fact: string]: unknown }

/** How each channel of notices fares; the daemon tells that to operators alone. */
function Notices() {
	const { t } = useShared();
	const { user } = useSession();
	const mine = user?.role === "operator";
	/* who may not read it is not sent away to sign in */
	const answer = useRead<{ channels: Channel[] }>(mine ? "/notify" : null);
	const list = answer.data?.channels ?? [];
	const facts = list.reduce<string[]>((all, c) => all.concat(Object.keys(c).filter((k) => !all.includes(k) && typeof c[k] !== "object")), []);

	return (
		<section><h2>{t(w.notify)}</h2>
			{!mine || answer.problem ? <p>{t(w.notify_local)}</p> : answer.data === undefined ? <Waiting /> : list.length === 0 ? <p>{t(w.notify_none)}</p> : (
				<Scroll><table><thead><tr>{facts.map((f) => <th key={f}>{f}</th>)}</tr></thead>
					<tbody>{list.map((c) => <tr key={c.name}>{facts.map((f) => <td key={f}>{String(c[f] ?? "")}</td>)}</tr>)}</tbody></table></Scroll>
			)}
		</section>
	);
}

export default function OperationsScreen({ programme: p }: ScreenProps) {
	const { t, lang, head } = useShared();
	const { metrics, ready, refused } = useMetrics();
	const again = useRead<{ time: string }>("/programme"), now = again.data?.time ?? p.time;

	return (
		<section class="operations">
			<h1>{t("operations")}</h1>
			<div class="facts-groups">
				<Facts title={t(w.daemon)}>
					<Fact name={t(w.ready)}>{ready ? (ready.status === "ready" ? t(w.is_ready) : <strong>{t(w.not_ready, { why: ready.why ?? ready.status })}</strong>) : "…"}</Fact>
					<Fact name={t("version")}>{p.version}</Fact>
					<Fact name={t("clock")}>{moment(now, lang)}，{t(p.clock === "manual" ? w.clock_manual : w.clock_system)}</Fact>
					<Fact name={t("chain")}><span class="hash">{head?.chain ?? p.chain}</span></Fact>
					<Fact name={t("store")}><span class="hash">{p.store}</span></Fact>
				</Facts>
				{refused && <p class="problem">{t(w.closed, { why: refused })}</p>}
				{metrics && <><Intake m={metrics} /><Store m={metrics} /><Pages m={metrics} /></>}
				<Facts title={t("addresses")}>{Object.entries(p.addresses).map(([name, value]) => <Fact key={name} name={name}><span class="hash">{value}</span></Fact>)}</Facts>
			</div>
			<Notices />
			<Reporters now={now} />
			<p>{t(w.raw)}: <a href="/metrics">/metrics</a> · <a href="/api/v1/openapi.json">/api/v1/openapi.json</a> · <a href="/readyz">/readyz</a></p>
		</section>
	);
}
