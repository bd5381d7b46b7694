// SPDX-License-Identifier: MIT
// Who is signed in, what they may do, and doing it. One store for the page, told to its other tabs.
import { useEffect, useState } from "preact/hooks";
import { enough, Problem, problem, signed_out } from "./api";
import { parse, link } from "./route";
import { useShared } from "./state";
import { word, type Lang } from "./words";

export type Role = "viewer" | "unit" | "office" | "operator";
export interface User { name: string; display: string; role: Role; unit: string | null }
interface Known {
	user: User | null; reading: "open" | "signed_in" | "link" | "closed";
	csrf: string | null; expires_at: string | null; may: readonly string[];
}

/** What an act leaves: where it stands in the ledger, and what the act itself tells. */
export interface Done { id: string; act: string; position: number; repeated?: boolean; warnings?: readonly { text: { zh: string; en: string } }[] }

export interface Session {
	/** False until the daemon has said who is here. */
	ready: boolean;
	user: User | null;
	reading: Known["reading"];
	expires_at: string | null;
	/** Whether the user's role has a right; "slip.issue", "import". */
	may(right: string): boolean;
	/** Sends JSON, or a file as it is, to a path below /api/v1. Throws a Problem. */
	post<T>(path: string, body: unknown): Promise<T>;
	/** The same, and the answer as it comes, whatever its status; a Problem where none comes. */
	send(path: string, body: unknown): Promise<Response>;
	/** Does an act. The same id does nothing twice: take one from newId() when a form is opened. */
	act<T extends object = object>(name: string, fields: object, id?: string): Promise<T & Done>;
	refresh(): Promise<void>;
	signIn(user: string, password: string): Promise<void>;
	signOut(): Promise<void>;
	/** Link to signing in, and back to this place. */
	sign_in: string;
}

const nobody: Known = { user: null, reading: "open", csrf: null, expires_at: null, may: [] };
const listeners = new Set<() => void>();
const channel = "BroadcastChannel" in window ? new BroadcastChannel("minsheng-session") : null;
let known: Known = nobody, ready = false, asked: Promise<void> | undefined;

function keep(next: Known): void {
	known = next;
	ready = true;
	for (const fn of listeners) fn();
}

/** An id for an act. crypto.randomUUID is not there on plain HTTP, nor before Chrome 92. */
export function newId(): string {
	const raw = crypto.getRandomValues(new Uint8Array(16));
	return `web-${Array.from(raw, (b) => b.toString(16).padStart(2, "0")).join("")}`;
}

function language(): Lang {
	return document.documentElement.lang === "en" ? "en" : "zh";
}

async function send(path: string, body: unknown): Promise<Response> {
	const file = body instanceof Blob || body instanceof ArrayBuffer;
	const headers: Record<string, string> = { "Accept-Language": language() };
	if (!file) headers["Content-Type"] = "application/json";
	else headers["Content-Type"] = (body instanceof Blob && body.type) || "application/octet-stream";
	if (known.csrf) headers["X-CSRF-Token"] = known.csrf;
	enough.position = 0; /* what is read after it has to know it */
	try {
		return await fetch(`/api/v1${path}`, {
			method: "POST", headers, cache: "no-store", credentials: "same-origin",
			body: file ? body : JSON.stringify(body ?? {}),
		});
	} catch {
		throw new Problem(0, "", "");
	}
}

async function post<T>(path: string, body: unknown): Promise<T> {
	const answer = await send(path, body);
	if (!answer.ok) throw await problem(answer);
	return await answer.json() as T;
}

async function ask(): Promise<void> {
	try {
		const answer = await fetch("/api/v1/session", { cache: "no-store", credentials: "same-origin" });
		keep(answer.ok ? await answer.json() as Known : nobody);
	} catch { /* the daemon is away: what was known holds until it is back */ }
}

/** Asks the daemon who is here; many askers at once are one question. */
async function refresh(): Promise<void> {
	asked = asked ?? ask().finally(() => { asked = undefined; });
	return asked;
}

/** A new session, or the end of one. The other tabs ask for themselves. A wrong password is no
 * reason to leave the page. */
async function change(path: string, body: object): Promise<void> {
	const tell = signed_out.tell;
	delete signed_out.tell;
	try {
		await post<Known>(path, body);
	} finally {
		if (tell) signed_out.tell = tell;
	}
	await ask();
	channel?.postMessage("changed");
}

/** The place to sign in, from which one comes back to here. */
function signInLink(why?: string): string {
	const back = location.hash.replace(/^#\/?/, "");
	return link(["signin"], { back: back === "" ? undefined : back, why });
}

signed_out.tell = (p) => {
	if (parse(location.hash).path[0] === "signin") return;
	keep({ ...nobody, reading: known.reading });
	location.hash = signInLink(p.code === "session-expired" ? "expired" : "needed");
};
if (channel) channel.onmessage = () => { void refresh(); };

/** Turns ?link=TOKEN of the address into a session and takes it out of the address, before anything is
 * read. */
export async function takeLink(): Promise<void> {
	const { path, query } = parse(location.hash);
	const token = query["link"];
	if (!token) return;
	delete query["link"];
	history.replaceState(null, "", link(path, query));
	try {
		await change("/session", { link: token });
	} catch (e) {
		if (e instanceof Problem && e.status !== 0) history.replaceState(null, "", link(["signin"], { back: link(path, query).slice(2), why: "link" }));
	}
}

/** Acts are written by their names: "slip.issue" with its fields. */
function act<T extends object>(name: string, fields: object, id?: string): Promise<T & Done> {
	return post<T & Done>("/acts", { id: id ?? newId(), act: name, ...fields });
}

export function useSession(): Session {
	const [, again] = useState(0);
	const { place } = useShared();

	useEffect(() => {
		const on = () => { again((n) => n + 1); };
		listeners.add(on);
		if (!ready) void refresh();
		return () => { listeners.delete(on); };
	}, []);
	return {
		ready, user: known.user, reading: known.reading, expires_at: known.expires_at,
		may: (right) => known.may.some((x) => x === right || (x.endsWith(".*") && right.startsWith(x.slice(0, -1)))),
		post, send, act, refresh,
		signIn: (user, password) => change("/session", { user, password }),
		signOut: () => change("/session/end", {}),
		sign_in: place.path[0] === "signin" ? "#/signin" : signInLink(),
	};
}

const roles: Record<Role, { zh: string; en: string }> = {
	viewer: { zh: "查看", en: "viewer" }, unit: { zh: "报送单位", en: "unit" },
	office: { zh: "督查室", en: "office" }, operator: { zh: "系统管理", en: "operator" },
};
const w = {
	in: { zh: "登录", en: "Sign in" }, out: { zh: "退出", en: "Sign out" },
};

/** Who is signed in, and the way in and out; for the frame. */
export function UserBadge() {
	const session = useSession();
	const { lang } = useShared();

	if (!session.ready) return null;
	if (!session.user) return <a class="user" href={session.sign_in}>{word(lang, w.in)}</a>;
	return (
		<span class="user">
			<span title={session.user.name}>{session.user.display || session.user.name}</span>
			<small> {word(lang, roles[session.user.role])}</small>{" "}
			<button type="button" onClick={() => { session.signOut().catch(() => session.refresh()); }}>{word(lang, w.out)}</button>
		</span>
	);
}
