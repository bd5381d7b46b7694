// SPDX-License-Identifier: MIT
// What stands where data should be: on their way, or what went wrong and the way on.
import type { ComponentChildren } from "preact";
import type { Answer } from "../state";
import { useShared } from "../state";

export function Loaded<T>({ of, children }: { of: Answer<T>; children: (data: T) => ComponentChildren }) {
	const { t, to } = useShared();

	if (of.data !== undefined) return <>{children(of.data)}</>;
	if (!of.problem) return <Waiting />;
	return (
		<div class="problem" role="alert">
			<p><strong>{of.problem.status === 0 ? t("lost") : of.problem.title}</strong></p>
			<p>{of.problem.status === 0 ? t("lost_hint") : of.problem.detail}</p>
			<p><button type="button" onClick={of.again}>{t("again")}</button> <a href={to()}>{t("home")}</a></p>
		</div>
	);
}

/** Data or a screen on their way. */
export function Waiting() {
	const { t } = useShared();
	return <p class="loading" role="status">{t("loading")}</p>;
}

export function Nothing() {
	const { t } = useShared();
	return <p class="nothing">{t("nothing")}</p>;
}
