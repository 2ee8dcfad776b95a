/**
 * Builds web/static/dist: one style sheet, one script, the font and the icon, each under a name
 * that carries the hash of its content (so that a browser may keep it for ever), and manifest.json,
 * which tells the templates that name.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.resolve(here, "../static/dist");

/** The name a template asks for: "app.css", "raleway-latin.woff2". */
function plainName(file) {
  return path.basename(file).replace(/-[A-Z0-9]{8}(\.\w+)$/, "$1");
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

const result = await build({
  absWorkingDir: here,
  entryPoints: [
    { in: "src/app.ts", out: "app" },
    { in: "styles/app.css", out: "app" },
    { in: "images/favicon.svg", out: "favicon" },
  ],
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  outdir: dist,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022", "chrome109", "firefox115", "safari16.4"],
  loader: { ".woff2": "file", ".svg": "copy" },
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

const manifest = {};
for (const file of Object.keys(result.metafile.outputs).sort()) {
  manifest[plainName(file)] = path.basename(file);
}
await writeFile(path.join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

let total = 0;
for (const file of Object.values(manifest)) {
  total += (await readFile(path.join(dist, file))).length;
}
process.stdout.write(`${Object.keys(manifest).length} files, ${Math.round(total / 1024)} KB\n`);
