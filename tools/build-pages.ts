/**
 * Bundles the web pages into `<outputDirectory>/dashboard`: `index.html`, and under `assets/` files
 * whose names change with their content, so that browsers may keep them for ever. Beside the pages lie
 * files whose names browsers remember: icons, what installs the pages as a program, its worker.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const source = "src/dashboard";
/** Files that are handed out as they are. */
const plainFiles = ["favicon.svg", "icon-192.png", "icon-512.png", "alerting.webmanifest"];
/** What makes the alerting pages a program that can be installed. Who needs a password asks with it. */
const manifestLinks = [
  '<link rel="manifest" href="./alerting.webmanifest" crossorigin="use-credentials">',
  '<link rel="apple-touch-icon" href="./icon-192.png">',
].join("\n    ");

export async function buildPages(outputDirectory: string): Promise<void> {
  const result = await build({
    entryPoints: [
      { in: `${source}/main.tsx`, out: "app" },
      { in: `${source}/alerting.tsx`, out: "alerting" },
    ],
    outdir: "assets",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    jsx: "automatic",
    jsxImportSource: "preact",
    alias: { react: "preact/compat", "react-dom": "preact/compat" },
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  const directory = path.join(outputDirectory, "dashboard");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(path.join(directory, "assets"), { recursive: true });
  for (const file of result.outputFiles) {
    writeFileSync(path.join(directory, "assets", path.basename(file.path)), file.contents);
  }
  const names = result.outputFiles.map((file) => path.basename(file.path));
  const template = readFileSync(`${source}/index.html`, "utf8");
  // One page for each server that has pages.
  for (const [file, entry, links] of [
    ["index.html", "app", ""],
    ["alerting.html", "alerting", manifestLinks],
  ] as const) {
    const page = template
      .replace("{{links}}", links)
      .replace("{{script}}", nameOf(names, entry, ".js"))
      .replace("{{style}}", nameOf(names, entry, ".css"));
    writeFileSync(path.join(directory, file), page);
  }
  for (const file of plainFiles) copyFileSync(`${source}/${file}`, path.join(directory, file));
  await buildWorker(path.join(directory, "service-worker.js"));
}

/** The worker in one file: it is fetched by its name, and runs where there are no pages. */
async function buildWorker(outfile: string): Promise<void> {
  const entryPoints = [`${source}/browser/service-worker.ts`];
  const format = { bundle: true, format: "iife", platform: "browser", target: "es2022" } as const;
  await build({ entryPoints, outfile, ...format, minify: true, logLevel: "warning" });
}

function nameOf(names: readonly string[], start: string, end: string): string {
  const found = names.find((name) => name.startsWith(`${start}-`) && name.endsWith(end));
  if (found === undefined) throw new Error(`the bundle of the pages has no ${start}*${end}`);
  return found;
}
