// SPDX-License-Identifier: MIT
// A bullet bar: what is done, with a tick where the plan is. Drawn as SVG: no inline style.
import type { Light } from "../api";

export function Bar({ done, planned, light, label }: {
	done: string | null; planned: string | null; light: Light; label: string;
}) {
	const width = Math.max(0, Math.min(100, Number(done ?? 0)));
	const tick = planned === null ? null : Math.max(0, Math.min(100, Number(planned)));

	return (
		<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label={label}>
			<rect class="bar-all" width="100" height="8" />
			<rect class={`bar-done ${light}`} width={width} height="8" />
			{tick !== null && <rect class="bar-plan" x={Math.max(0, tick - 0.5)} width="1" height="8" />}
		</svg>
	);
}
