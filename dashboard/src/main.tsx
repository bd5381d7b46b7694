// SPDX-License-Identifier: MIT
import { render, type ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Programme } from "./api";
import { begin } from "./live";
import { Frame } from "./parts/frame";
import { Loaded, Waiting } from "./parts/state";
import { OverviewScreen } from "./screens/overview";
import { takeLink } from "./session";
import { Provide, type ScreenProps, useProvided, useRead, useShared } from "./state";
import "./style/index.css";

type Screen = ComponentType<ScreenProps>;

/** Screens by the first part of the address. All but the first one are loaded when they are shown. */
const screens: Record<string, () => Promise<{ default: Screen }>> = {
	matrix: () => import("./screens/matrix"),
	items: () => import("./screens/items"),
	targets: () => import("./screens/target"),
	units: () => import("./screens/units"),
	alerts: () => import("./screens/alerts"),
	slips: () => import("./screens/slips"),
	flags: () => import("./screens/flags"),
	records: () => import("./screens/records"),
	signin: () => import("./screens/signin"),
	events: () => import("./screens/event"),
	reporting: () => import("./screens/reporting"),
	bulletin: () => import("./screens/bulletin"),
	papers: () => import("./screens/papers"),
	reconcile: () => import("./screens/reconcile"),
	operations: () => import("./screens/operations"),
	import: () => import("./screens/import"),
	wall: () => import("./screens/wall"),
};
/** Screens without the frame. */
const bare = new Set(["wall"]);
const loaded = new Map<string, Screen>();

/** The screen of that name; undefined while it is on its way. */
function useScreen(name: string): Screen | undefined {
	const [failed, setFailed] = useState("");
	const [, setReady] = useState("");
	const load = screens[name];

	useEffect(() => {
		if (!load || loaded.has(name)) return;
		load().then((m) => { loaded.set(name, m.default); setReady(name); }, () => { setFailed(name); });
	}, [name, load]);
	if (name === "") return OverviewScreen;
	if (!load) return Missing;
	return loaded.get(name) ?? (failed === name ? Unloaded : undefined);
}

function Missing() {
	const { t, to } = useShared();
	return <div class="problem"><p>{t("not_found")}</p><p><a href={to()}>{t("home")}</a></p></div>;
}

/** A part of the page did not come: the daemon is away, or is a newer one with other files. */
function Unloaded() {
	const { t } = useShared();
	return (
		<div class="problem" role="alert">
			<p><strong>{t("lost")}</strong></p>
			<p><button type="button" onClick={() => { location.reload(); }}>{t("again")}</button></p>
		</div>
	);
}

function Page() {
	const shared = useProvided();

	return <Provide value={shared}><Inside /></Provide>;
}

function Inside() {
	const { place } = useShared();
	return place.path[0] === "signin" ? <SignIn /> : <Screens />;
}

/** Comes before anything may be read: without the programme, and without the frame. */
function SignIn() {
	const Shown = useScreen("signin") as ComponentType | undefined;
	return Shown ? <Shown /> : <Waiting />;
}

function Screens() {
	const { place } = useShared();
	const programme = useRead<Programme>("/programme");
	const [name = "", id, ...rest] = place.path;
	const Shown = useScreen(name);
	const show = (p: Programme) => {
		return Shown ? <Shown key={id} programme={p} id={id} rest={rest} /> : <Waiting />;
	};

	return (
		<Loaded of={programme}>
			{(p) => bare.has(name) ? show(p) : <Frame programme={p}>{show(p)}</Frame>}
		</Loaded>
	);
}

const root = document.getElementById("app");
void takeLink().then(() => {
	begin();
	if (root) render(<Page />, root);
});
