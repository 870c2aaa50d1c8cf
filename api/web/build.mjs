// Bundles the page into ../static: hashed files under assets/, and index.html that names them.
// Everything that a browser loads lies in that folder; nothing is fetched from elsewhere.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(here, "..", "static");
const assets = path.join(out, "assets");

await rm(out, { recursive: true, force: true });
await mkdir(assets, { recursive: true });

const result = await build({
  absWorkingDir: here,
  entryPoints: { page: "src/main.ts", layout: "src/layout-worker.ts", style: "src/style.css" },
  outdir: assets,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022"],
  minify: true,
  metafile: true,
  legalComments: "linked",
  loader: { ".woff2": "file" },
  logLevel: "warning",
});

// Where each entry point went.
const named = {};
for (const [file, output] of Object.entries(result.metafile.outputs)) {
  if (output.entryPoint) named[output.entryPoint] = `assets/${path.basename(file)}`;
}
let page = await readFile(path.join(here, "src", "index.html"), "utf8");
for (const [mark, entry] of [
  ["%SCRIPT%", "src/main.ts"],
  ["%STYLE%", "src/style.css"],
  ["%LAYOUT%", "src/layout-worker.ts"],
]) {
  if (!named[entry]) throw new Error(`${entry} was not built`);
  page = page.replaceAll(mark, named[entry]);
}
await writeFile(path.join(out, "index.html"), page);
await cp(path.join(here, "src", "icon.svg"), path.join(out, "assets", "icon.svg"));
