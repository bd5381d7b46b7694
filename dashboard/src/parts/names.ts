// SPDX-License-Identifier: MIT
// What the catalogue calls things, and how records are written: read once a page, for it changes with
// the catalogue only.
import { useEffect, useState } from "preact/hooks";
import { type Name, type Ref, read } from "../api";
import { useShared } from "../state";

export interface FormField {
	name: string; word: Name; type: string; list: boolean; of_step: boolean; personal: boolean;
	computed: boolean; choices: { name: string; word: Name }[];
}
export interface FormAct {
	act: string; word: Name; makes: boolean; from: string[]; to: string | null;
	takes: { field: string; must: "always" | "existing" | "new" | "never" }[];
}
export interface Kind {
	kind: string; list: string; word: Name; of: string | null; key: string[]; fields: FormField[];
	states: { name: string; word: Name; ended: boolean }[]; acts: FormAct[];
}
export interface Forms {
	kinds: Kind[]; units: (Ref & { area: boolean })[]; projects: Ref[];
	items: (Ref & { project: string; lead: string })[]; targets: (Ref & { item: string })[];
}

let kept: Promise<Forms> | undefined;

function ask(): Promise<Forms> {
	kept = kept ?? read<Forms>("/forms", "zh").catch((e: unknown) => { kept = undefined; throw e; });
	return kept;
}

export interface Names {
	forms: Forms | undefined;
	unit(id: string): string;
	target(id: string): string;
	/** The item of a target, "1.1". */
	item(target: string): string;
	item_name(id: string): string;
	/** Who leads the item of a target; "" where nobody is known to. */
	lead(target: string): string;
	project(target: string): string;
	project_name(id: string): string;
}

export function useNames(): Names {
	const { n, epoch } = useShared();
	const [forms, set] = useState<Forms>();

	useEffect(() => {
		let here = true;
		if (!forms) ask().then((f) => { if (here) set(f); }, () => undefined);
		return () => { here = false; };
	}, [forms, epoch]);
	const name = (list: readonly Ref[] | undefined, id: string) => {
		const found = list?.find((x) => x.id === id);
		return found ? n(found.name) : id;
	};
	const item = (target: string) => forms?.targets.find((x) => x.id === target)?.item ?? "";
	const of = (target: string) => forms?.items.find((x) => x.id === item(target));
	return {
		forms, item,
		unit: (id) => name(forms?.units, id),
		target: (id) => name(forms?.targets, id),
		item_name: (id) => name(forms?.items, id),
		lead: (target) => of(target)?.lead ?? "",
		project: (target) => of(target)?.project ?? "",
		project_name: (id) => name(forms?.projects, id),
	};
}
