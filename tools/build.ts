/**
 * Bundles the program into dist/: `bin.js` and the chunks that it loads on demand, so that a command
 * reads only the code it needs, and the web pages.
 */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { buildPages } from "./build-pages.ts";
import { importDirectly } from "./import-directly.ts";

const outputDirectory = "dist";
/** What stays in node_modules: a native package, and one whose CommonJS getters bundling loses. */
const unbundled = ["lmdb", "@grpc/grpc-js"];
/** A running cluster may still load chunks of the build that it was started from. */
const staleChunkMs = 7 * 24 * 3_600_000;

const { imports: faces } = JSON.parse(readFileSync("package.json", "utf8"));

const startedAt = new Date();
const result = await build({
  entryPoints: ["src/main/bin.ts"],
  outdir: outputDirectory,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node24",
  chunkNames: "chunk-[hash]",
  external: unbundled,
  plugins: [importDirectly(".", faces)],
  // CommonJS packages inside the bundle call `require` for what Node itself ships.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  legalComments: "none",
  write: false,
  logLevel: "warning",
}).catch(() => process.exit(1));

mkdirSync(outputDirectory, { recursive: true });
await buildPages(outputDirectory);
const isEntry = (file: { readonly path: string }) => path.basename(file.path) === "bin.js";
const chunks = result.outputFiles.filter((file) => !isEntry(file));
// The entry goes last and by rename: whoever starts meanwhile gets the old program or the new one.
for (const file of [...chunks, ...result.outputFiles.filter(isEntry)]) {
  const scratch = `${file.path}.${process.pid}`;
  writeFileSync(scratch, file.contents);
  // Sources that change during the build must count as newer than it.
  utimesSync(scratch, startedAt, startedAt);
  renameSync(scratch, file.path);
}

const current = new Set(result.outputFiles.map((file) => path.basename(file.path)));
for (const name of readdirSync(outputDirectory)) {
  if (name === "dashboard") continue;
  const file = path.join(outputDirectory, name);
  const ageMs = startedAt.getTime() - statSync(file).mtimeMs;
  if (!current.has(name) && ageMs > staleChunkMs) rmSync(file, { recursive: true });
}
