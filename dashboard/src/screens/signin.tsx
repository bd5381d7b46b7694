// SPDX-License-Identifier: MIT
// Signing in: before anything may be read, so without programme and frame; and back to where one was.
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../api";
import { useSession } from "../session";
import { useShared } from "../state";
import "../style/office.css";
import { w } from "../words/office";

const reasons: Record<string, keyof typeof w> = { needed: "needed", act: "act_needed", expired: "expired", link: "bad_link" };

export default function SignInScreen() {
	const { t, lang, setLang, place, go } = useShared();
	const session = useSession();
	const [user, setUser] = useState(""), [password, setPassword] = useState("");
	const [seen, setSeen] = useState(false), [busy, setBusy] = useState(false), [fault, setFault] = useState("");
	const message = useRef<HTMLParagraphElement>(null), first = useRef<HTMLInputElement>(null);
	const back = `#/${place.query["back"] ?? ""}`;
	const reason = reasons[place.query["why"] ?? ""];

	useEffect(() => { document.title = `${t(w.sign_in)} · ${t("app")}`; first.current?.focus(); }, [t]);
	useEffect(() => { if (fault) message.current?.focus(); }, [fault]);
	const send = async () => {
		/* a password manager may fill in without telling: the fields are asked */
		if (!user || !password) { setFault(t(w.say_it)); return; }
		setBusy(true);
		setFault("");
		try {
			await session.signIn(user, password);
			go(back);
		} catch (e) {
			const p = e instanceof Problem ? e : null;
			const wait = p && p.wait > 0 && p.status === 429 ? ` ${t(w.wait, { n: p.wait })}` : "";
			setFault(!p || p.status === 0 ? t("lost") : `${p.detail || p.title}${wait}`);
			if (p?.status === 401) setPassword("");
			setBusy(false);
		}
	};

	const secret = {
		id: "password", name: "password", autocomplete: "current-password", value: password, "aria-invalid": fault !== "",
		onInput: (e: { currentTarget: { value: string } }) => { setPassword(e.currentTarget.value); },
	};

	return (
		<main class="signin" id="main">
			<p class="signin-lang"><button type="button" lang={lang === "zh" ? "en" : "zh-CN"} onClick={() => { setLang(lang === "zh" ? "en" : "zh"); }}>{t("language")}</button></p>
			<h1>{t(w.sign_in)}</h1>
			{reason && !session.user && <p class="told">{t(w[reason])}</p>}
			{session.user ? (
				<>
					<p>{t(w.signed_in_as, { name: session.user.display || session.user.name })}</p>
					<p class="buttons"><a class="button" href={back}>{t(w.go_on)}</a>{" "}
						<button type="button" onClick={() => { session.signOut().catch(() => session.refresh()); }}>{t(w.sign_out)}</button></p>
				</>
			) : (
				<form noValidate onSubmit={(e) => { e.preventDefault(); if (!busy) void send(); }}>
					{fault && <p class="fault" role="alert" id="signin-fault" tabIndex={-1} ref={message}>✕ {fault}</p>}
					<div class="field"><label for="user">{t(w.user)}</label>
						<input id="user" ref={first} name="username" type="text" autocomplete="username" autocapitalize="none" spellcheck={false} value={user} aria-invalid={fault !== "" && !user} onInput={(e) => { setUser(e.currentTarget.value); }} /></div>
					<div class="field"><label for="password">{t(w.password)}</label>
						{seen ? <input type="text" {...secret} /> : <input type="password" {...secret} />}</div>
					<label class="check"><input type="checkbox" checked={seen} onChange={() => { setSeen(!seen); }} /> {t(w.show_password)}</label>
					<button type="submit" class="primary" aria-disabled={busy}>{busy ? t(w.sending) : t(w.sign_in)}</button>
					<p class="hint">{t(w.no_account)} <a href="#/">{t("home")}</a></p>
				</form>
			)}
		</main>
	);
}
