// SPDX-License-Identifier: MIT
// Every screen, with a place that has something to show.
export async function routes(demo) {
	const first = async (path, list, key) => (await demo.get(path))[list]?.[0]?.[key];
	const alert = await first("/api/v1/alerts?limit=1", "alerts", "id");
	const slip = await first("/api/v1/slips?limit=1", "slips", "id");
	const cell = (await demo.get("/api/v1/cells?target=canteens&unit=yutai")).cells[0];

	return [
		["overview", "#/"], ["overview-back", "#/?asof=2022-06-30&known=2022-07-15"],
		["matrix", "#/matrix"], ["items", "#/items"], ["target", "#/targets/canteens"],
		["target-ratio", "#/targets/public-kindergarten-rate"], ["units", "#/units"], ["unit", "#/units/yutai"],
		["event", `#/events/${cell.figure_position}/0`], ["alerts", "#/alerts"], ["alert", `#/alerts/${alert}`],
		["slips", "#/slips"], ["slip", `#/slips/${slip}`], ["flags", "#/flags"],
		["reporting", "#/reporting"], ["reporting-month", "#/reporting?month=2022-06"],
		...["narratives", "problems", "inspections", "meetings", "decisions", "portfolio", "contacts"].map((k) => [`records-${k}`, `#/records/${k}`]),
		["signin", "#/signin"], ["reconcile", "#/reconcile"], ["operations", "#/operations"], ["wall", "#/wall"],
		["bulletins", "#/bulletin"], ["bulletin", "#/bulletin/2022-06"], ["papers", "#/papers"], ["import", "#/import"],
		["unknown", "#/nowhere"],
	];
}
