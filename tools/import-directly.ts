/**
 * For the bundle: what modules import by a face comes from the file that the face has it from.
 *
 * A face lists what a module offers, and who imports one name by it would otherwise load with it
 * everything else that any part of the program takes from that face. Chunks hold what is imported,
 * so this is what lets a command read only the code it needs.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Plugin } from "esbuild";

/** Where a face has a name from, and what it is called there. */
interface Origin {
  readonly file: string;
  readonly name: string;
}

const faceImport = /^import \{([^}]*)\} from "(#[^"]+)";$/gm;
const reExport = /^export \{([^}]*)\} from "(\.[^"]+)";$/gm;

/** `faces` are the imports of package.json: where each `#module` is. */
export function importDirectly(root: string, faces: Readonly<Record<string, string>>): Plugin {
  const known = new Map<string, ReadonlyMap<string, Origin>>();
  const originsOf = (face: string) => {
    const origins = known.get(face) ?? readOrigins(root, fileOfFace(faces, face));
    known.set(face, origins);
    return origins;
  };
  return {
    name: "import-directly",
    setup(build) {
      build.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path: file }) => {
        const text = readFileSync(file, "utf8");
        return { contents: importedDirectly(text, originsOf), loader: "ts" };
      });
    },
  };
}

/** A source text whose imports by faces are replaced where their origin is known. */
export function importedDirectly(
  text: string,
  originsOf: (face: string) => ReadonlyMap<string, Origin>,
): string {
  return text.replace(faceImport, (statement: string, list: string, face: string) => {
    const origins = originsOf(face);
    const lines = namesIn(list).map(({ name, local }) => {
      const origin = origins.get(name);
      if (origin === undefined) return undefined;
      return `import { ${origin.name} as ${local} } from ${JSON.stringify(origin.file)};`;
    });
    const isWhole = lines.every((line) => line !== undefined);
    // Lines stay where they are, for the places in messages.
    return isWhole ? lines.join(" ") + "\n".repeat(statement.split("\n").length - 1) : statement;
  });
}

function readOrigins(root: string, face: string | undefined): ReadonlyMap<string, Origin> {
  if (face === undefined) return new Map();
  const file = path.resolve(root, face);
  const origins = new Map<string, Origin>();
  for (const [, list = "", target = ""] of readFileSync(file, "utf8").matchAll(reExport)) {
    for (const { name, local } of namesIn(list)) {
      origins.set(local, { file: path.resolve(path.dirname(file), target), name });
    }
  }
  return origins;
}

/** The star of a face such as `#api/*` stands for what is there. */
function fileOfFace(faces: Readonly<Record<string, string>>, face: string): string | undefined {
  const exact = faces[face];
  if (exact !== undefined) return exact;
  for (const [pattern, target] of Object.entries(faces)) {
    const prefix = pattern.endsWith("/*") ? pattern.slice(0, -1) : undefined;
    if (prefix !== undefined && face.startsWith(prefix)) {
      return target.replace("*", face.slice(prefix.length));
    }
  }
  return undefined;
}

/** The values in `a, type B, c as d`; types leave nothing behind. */
function namesIn(list: string): readonly { readonly name: string; readonly local: string }[] {
  return list
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "" && !part.startsWith("type "))
    .map((part) => {
      const [name = "", local = name] = part.split(" as ");
      return { name, local };
    });
}
