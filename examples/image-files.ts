/** Files for images, taken from the machine that builds them. */
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { directoryOf, fileOf, symlinkOf, type TarFile } from "#base";

/**
 * What programs expect of any system: users, name lookups, a place for temporary files. Servers that
 * do not run as root have a user of their own.
 */
export function baseFiles(server?: {
  readonly user: string;
  readonly id: number;
}): readonly TarFile[] {
  const { user = "", id = 0 } = server ?? {};
  const own =
    server === undefined ? ["", ""] : [`${user}:x:${id}:${id}::/:/bin/sh\n`, `${user}:x:${id}:\n`];
  return [
    directoryOf("tmp", 0o1777),
    directoryOf("root", 0o700),
    fileOf(
      "etc/passwd",
      `root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n${own[0]}`,
    ),
    fileOf("etc/group", `root:x:0:\nnogroup:x:65534:\n${own[1]}`),
    fileOf("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"),
  ];
}

/**
 * Programs and the shared libraries that they load, at the paths where they look for them. With a
 * root, what is not in it comes from the system.
 */
export function programFiles(paths: readonly string[], root = ""): readonly TarFile[] {
  const files = new Set(paths.flatMap((path) => [path, ...librariesOf(path, root)]));
  return [...files].map((file) => fileOf(file.slice(1), readFileSync(placeOf(file, root)), 0o755));
}

function librariesOf(path: string, root: string): readonly string[] {
  const place = placeOf(path, root);
  requireFile(place);
  const env = root === "" ? {} : { LD_LIBRARY_PATH: libraryDirectories(root).join(":") };
  const listed = execFileSync("ldd", [place], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  return listed.split("\n").flatMap((line) => {
    const [, library] = /(?:=> |^\s+)(\/\S+) \(0x/.exec(line) ?? [];
    if (library === undefined) return [];
    return [root !== "" && library.startsWith(root) ? library.slice(root.length) : library];
  });
}

/** `/usr/lib/x86_64-linux-gnu` below the root. */
function libraryDirectories(root: string): readonly string[] {
  const names = readdirSync(`${root}/usr/lib`).filter((name) => name.endsWith("-linux-gnu"));
  return names.flatMap((name) => [`${root}/usr/lib/${name}`, `${root}/lib/${name}`]);
}

function placeOf(path: string, root: string): string {
  return root !== "" && existsSync(`${root}${path}`) ? `${root}${path}` : path;
}

/** Those files of an installed package whose paths match. */
export function packageFiles(name: string, wanted: RegExp): readonly TarFile[] {
  const listed = execFileSync("dpkg", ["-L", name], { encoding: "utf8" });
  return listed
    .split("\n")
    .filter((path) => wanted.test(path) && lstatSync(path).isFile())
    .map((path) => fileOf(path.slice(1), readFileSync(path)));
}

/** The static busybox and a link for each of its commands. */
export function busyboxFiles(): readonly TarFile[] {
  requireFile("/bin/busybox");
  const commands = execFileSync("/bin/busybox", ["--list"], { encoding: "utf8" })
    .trim()
    .split("\n");
  return [
    fileOf("bin/busybox", readFileSync("/bin/busybox"), 0o755),
    ...commands
      .filter((command) => command !== "busybox")
      .map((command) => symlinkOf(`bin/${command}`, "busybox")),
  ];
}

/** The files with the directories above them, each once and before what lies in it. */
export function withDirectories(files: readonly TarFile[]): readonly TarFile[] {
  const known = new Map<string, TarFile>();
  for (const file of files) {
    const parts = file.path.split("/");
    for (let depth = 1; depth < parts.length; depth++) {
      const path = parts.slice(0, depth).join("/");
      if (!known.has(path)) known.set(path, directoryOf(path));
    }
    known.set(file.path, file);
  }
  return [...known.values()];
}

function requireFile(path: string): void {
  if (existsSync(path)) return;
  const packages = "apt-get install busybox-static curl perl-base ca-certificates";
  throw new Error(`${path} is missing; on Debian or Ubuntu: ${packages}`);
}
