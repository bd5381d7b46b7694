// SPDX-License-Identifier: MIT
// Builds the page into a folder: index.html, hashed scripts and styles, each with a .gz beside it.
//   node build.mjs [--out DIR] [--watch]
import { build, context } from "esbuild";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const argument = (name, otherwise) => {
	const at = process.argv.indexOf(name);
	return at < 0 ? otherwise : process.argv[at + 1];
};
const out = argument("--out", join(here, "dist"));
const watch = process.argv.includes("--watch");

/** Names the hashed files in index.html, and lays a compressed copy beside every file. */
function finish(metafile) {
	const entry = { js: "", css: "", parts: [] };
	for (const [path, file] of Object.entries(metafile.outputs)) {
		if (file.entryPoint !== "src/main.tsx") continue;
		entry.js = path.split("/").pop();
		entry.css = (file.cssBundle ?? "").split("/").pop();
		/* asked for together with the entry, not after it */
		entry.parts = file.imports.filter((i) => i.kind === "import-statement").map((i) => i.path.split("/").pop());
	}
	const page = readFileSync(join(here, "src/index.html"), "utf8")
		.replace("%JS%", `assets/${entry.js}`)
		.replace("%CSS%", `assets/${entry.css}`)
		.replace("%PARTS%", entry.parts.map((name) => `<link rel="modulepreload" href="assets/${name}">`).join("\n"));
	writeFileSync(join(out, "index.html"), page);
	writeFileSync(join(out, "icon.svg"), readFileSync(join(here, "src/icon.svg")));
	for (const folder of [out, join(out, "assets")])
		for (const file of readdirSync(folder, { withFileTypes: true }))
			if (file.isFile() && !file.name.endsWith(".gz"))
				writeFileSync(join(folder, `${file.name}.gz`),
					gzipSync(readFileSync(join(folder, file.name)), { level: 9 }));
}

const options = {
	entryPoints: [join(here, "src/main.tsx")],
	outdir: join(out, "assets"),
	absWorkingDir: here,
	bundle: true,
	splitting: true,
	format: "esm",
	target: "chrome90",
	minify: !watch,
	sourcemap: watch ? "inline" : false,
	metafile: true,
	legalComments: "linked",
	entryNames: "[name]-[hash]",
	chunkNames: "[name]-[hash]",
	jsx: "automatic",
	jsxImportSource: "preact",
	define: { "process.env.NODE_ENV": '"production"' },
	logLevel: "warning",
	plugins: [{
		name: "finish",
		setup: (b) => b.onEnd((r) => { if (r.metafile) finish(r.metafile); }),
	}],
};

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "assets"), { recursive: true });
if (watch) await (await context(options)).watch();
else await build(options);
