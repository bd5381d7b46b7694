// SPDX-License-Identifier: MIT
// Links that save papers and tables. A PDF takes seconds and may not be there at all: it is fetched,
// so that what is wrong can be said in words.
import { useState } from "preact/hooks";
import { problem } from "../api";
import { useShared } from "../state";
import { w } from "../words/papers";
import "../style/papers.css";

export type Format = "html" | "docx" | "pdf" | "xlsx" | "csv";
const names = { html: w.page, docx: w.word, pdf: w.pdf, xlsx: w.excel, csv: w.csv };

/** The name that the daemon gives a file. */
function nameOf(answer: Response): string {
	const star = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("Content-Disposition") ?? "");
	return star?.[1] ? decodeURIComponent(star[1]) : "paper.pdf";
}

async function save(address: string): Promise<void> {
	const answer = await fetch(address, { headers: { Accept: "application/pdf" } });
	if (!answer.ok) throw await problem(answer);
	const link = document.createElement("a");
	link.href = URL.createObjectURL(await answer.blob());
	link.download = nameOf(answer);
	link.click();
	setTimeout(() => { URL.revokeObjectURL(link.href); }, 60000);
}

function Pdf({ address, label }: { address: string; label: string }) {
	const { t } = useShared();
	const [state, set] = useState<"idle" | "busy" | Error>("idle");
	const ask = () => {
		set("busy");
		save(address).then(() => { set("idle"); }, (e: unknown) => { set(e instanceof Error ? e : new Error(String(e))); });
	};

	return (
		<>
			<button type="button" class="paper-link" disabled={state === "busy"} onClick={ask} aria-label={label}>{t(w.pdf)}</button>
			{state === "busy" && <span class="small" role="status">{t(w.making)}</span>}
			{state instanceof Error && <span class="small" role="alert">{state.message}</span>}
		</>
	);
}

/** path: of the API, with its parameters; what: the paper's name, for who does not see the row. */
export function Files({ path, formats, what, query }: { path: string; formats: readonly Format[]; what: string; query?: string }) {
	const { t, lang } = useShared();
	const address = (f: Format) => `/api/v1${path}?format=${f}&lang=${lang}${query ? `&${query}` : ""}`;

	return (
		<span class="paper-files">
			{formats.map((f) => f === "pdf" ? <Pdf key={f} address={address(f)} label={`${what} PDF`} /> : (
				<a key={f} href={address(f)} aria-label={`${what} ${t(names[f])}`} {...(f === "html" ? { target: "_blank", rel: "noopener" } : { download: "" })}>{t(names[f])}</a>
			))}
		</span>
	);
}

/** For the screens of figures: what is shown there, as a workbook and as text. */
export function ExportLedger({ unit }: { unit?: string }) {
	const { t, when } = useShared();
	const query = [unit && `unit=${encodeURIComponent(unit)}`, when].filter(Boolean).join("&");

	return <span class="export">{t(w.export_ledger)} <Files path="/ledger-sheet" formats={["xlsx", "csv"]} what={t(w.export_ledger)} query={query} /></span>;
}
