// SPDX-License-Identifier: MIT
// The day looked at: month by month, or any day; and as it was known on a day.
import type { Programme } from "../api";
import { dayText, monthEnd } from "../format";
import { useShared } from "../state";
import { w } from "../words/frame";
import { useFold } from "./nav";

/** The newest day that there can be figures for. */
export function newestDay(p: Programme): string {
	return p.today < p.to ? p.today : p.to;
}

export function Days({ programme }: { programme: Programme }) {
	const { t, lang, place, with: here, go } = useShared();
	const { open, toggle, ref } = useFold();
	const latest = newestDay(programme), first = monthEnd(programme.from, 0);
	const asof = place.query["asof"] ?? latest, known = place.query["known"];
	const before = monthEnd(asof, -1), after = asof === monthEnd(asof, 0) ? monthEnd(asof, 1) : monthEnd(asof, 0);
	const clipped = (day: string) => day >= latest ? undefined : day < programme.from ? first : day;
	const choose = (day: string) => { go(here({ asof: clipped(day) })); };
	/* a date that is being typed passes through others: both days count when the form is sent */
	const send = (e: SubmitEvent) => {
		const form = new FormData(e.currentTarget as HTMLFormElement);
		e.preventDefault();
		toggle();
		go(here({ asof: clipped(String(form.get("asof") ?? "") || latest), known: String(form.get("known") ?? "") || undefined }));
	};

	return (
		<div class="days" ref={ref}>
			<button type="button" class="earlier" onClick={() => { choose(before); }} aria-label={t("earlier")} title={`${t("earlier")} [`} disabled={before < programme.from}><span aria-hidden="true">◀</span></button>
			<button type="button" class="day" aria-expanded={open} aria-controls="day-panel" title={t(w.day_choose)} onClick={toggle}>
				<span class="day-word">{t("as_of")} </span>{dayText(asof, lang)} <span aria-hidden="true">▾</span>
			</button>
			<button type="button" class="later" onClick={() => { choose(after); }} aria-label={t("later")} title={`${t("later")} ]`} disabled={asof >= latest}><span aria-hidden="true">▶</span></button>
			<form id="day-panel" class="panel" hidden={!open} onSubmit={send}>
				<label>{t(w.day_of_figures)}
					<input type="date" name="asof" key={asof} defaultValue={asof} min={programme.from} max={latest} />
				</label>
				<label>{t(w.day_known)}
					<input type="date" name="known" key={known ?? ""} defaultValue={known ?? ""} min={programme.from} max={programme.today} />
				</label>
				<p><button type="submit">{t(w.day_look)}</button></p>
				<p>{t(w.day_hint)}</p>
				<p><a href={here({ asof: undefined, known: undefined })}>{t("back")}</a></p>
			</form>
		</div>
	);
}
