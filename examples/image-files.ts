/** Files for images, taken from the machine that builds them. */
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { directoryOf, fileOf, symlinkOf, type TarFile } from "#agent";

/** What programs expect of any system: users, name lookups, a place for temporary files. */
export function baseFiles(): readonly TarFile[] {
  return [
    directoryOf("tmp", 0o1777),
    directoryOf("root", 0o700),
    fileOf(
      "etc/passwd",
      "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
    ),
    fileOf("etc/group", "root:x:0:\nnogroup:x:65534:\n"),
    fileOf("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"),
  ];
}

/** A program and the shared libraries that it loads, at the paths where it looks for them. */
export function programFiles(path: string): readonly TarFile[] {
  requireFile(path);
  const listed = execFileSync("ldd", [path], { encoding: "utf8" });
  const libraries = listed.split("\n").flatMap((line) => {
    const [, library] = /(?:=> |^\s+)(\/\S+) \(0x/.exec(line) ?? [];
    return library === undefined ? [] : [library];
  });
  return [path, ...libraries].map((file) => fileOf(file.slice(1), readFileSync(file), 0o755));
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
