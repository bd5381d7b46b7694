// SPDX-License-Identifier: MIT
// A module of the page, for a test: bundled in memory, since node does not read TypeScript.
import { build } from "esbuild";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

export async function load(path) {
	const made = await build({ absWorkingDir: root, entryPoints: [path], bundle: true, write: false, format: "esm", target: "es2020", logLevel: "error", jsx: "automatic", jsxImportSource: "preact", loader: { ".css": "empty" } });
	return import(`data:text/javascript;base64,${Buffer.from(made.outputFiles[0].text).toString("base64")}`);
}
