/** PostgreSQL from Debian's packages: installed ones, else fetched ones that nobody has to install. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { fileOf, symlinkOf, type TarFile } from "#base";
import { programFiles } from "./image-files.ts";

const cache = new URL("../.cache/example-packages", import.meta.url).pathname;

/** What starting a database needs; other languages than English, and compiling queries, do not. */
const shared =
  /^(?:[a-z_.]+\.(?:bki|sql|txt|sample)|timezonesets\/.*|tsearch_data\/english\..*|extension\/plpgsql.*)$/;
const loaded = /^(?:plpgsql|dict_snowball)\.so$/;
const programs = ["postgres", "initdb", "psql", "pg_isready"];
const shell = [
  "sh",
  "cat",
  "chown",
  "dirname",
  "ls",
  "mkdir",
  "mv",
  "rm",
  "setpriv",
  "sleep",
  "tar",
];

/** The server, `psql`, a shell and the few commands that starting takes. All of it is linked dynamically. */
export function postgresFiles(): readonly TarFile[] {
  const root = packageRoot();
  const version = newestVersion(root);
  const [bin, lib, share] = [
    `/usr/lib/postgresql/${version}/bin`,
    `/usr/lib/postgresql/${version}/lib`,
    `/usr/share/postgresql/${version}`,
  ];
  const modules = readdirSync(`${root}${lib}`)
    .filter((name) => loaded.test(name))
    .map((name) => `${lib}/${name}`);
  const texts = readdirSync(`${root}${share}`, { recursive: true, encoding: "utf8" })
    .filter((name) => shared.test(name))
    .map((name) => `${share}/${name}`);
  const zone = "/usr/share/zoneinfo/UTC";
  return [
    symlinkOf("var/run", "/run"),
    fileOf(zone.slice(1), readFileSync(existsSync(`${root}${zone}`) ? `${root}${zone}` : zone)),
    ...programFiles([...programs.map((name) => `${bin}/${name}`), ...modules], root),
    ...programFiles(shell.map(commandPath)),
    ...texts.map((file) => fileOf(file.slice(1), readFileSync(`${root}${file}`))),
  ];
}

/** The directory of the server's programs in an image of these files. */
export function postgresPath(files: readonly TarFile[]): string {
  const server = files.find(({ path }) => path.endsWith("/bin/postgres"));
  return `/${server?.path.replace(/\/postgres$/, "") ?? ""}`;
}

function newestVersion(root: string): string {
  const versions = readdirSync(`${root}/usr/lib/postgresql`).toSorted(
    (a, b) => Number(b) - Number(a),
  );
  return versions[0] ?? "";
}

/** Where the package's files are: the system's own root, or one that is filled with what is fetched. */
function packageRoot(): string {
  if (existsSync("/usr/lib/postgresql")) return "";
  const root = `${cache}/root`;
  if (existsSync(`${root}/usr/lib/postgresql`)) return root;
  console.log("fetching the packages of PostgreSQL");
  const archives = `${cache}/archives`;
  mkdirSync(`${archives}/partial`, { recursive: true });
  const options = [`Dir::Cache::archives=${archives}/`, "Debug::NoLocking=1"];
  const words = ["install", "--download-only", "--no-install-recommends", "--yes", "postgresql"];
  execFileSync("apt-get", [...options.flatMap((option) => ["-o", option]), ...words]);
  for (const archive of readdirSync(archives).filter((name) => name.endsWith(".deb"))) {
    execFileSync("dpkg-deb", ["--extract", `${archives}/${archive}`, root]);
  }
  return root;
}

function commandPath(name: string): string {
  const found = ["/bin", "/usr/bin"].map((directory) => `${directory}/${name}`).find(existsSync);
  if (found === undefined) throw new Error(`${name} is not on this machine`);
  return found;
}
