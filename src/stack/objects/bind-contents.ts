/** The ConfigMaps that carry small directories and files into the cluster. */
import type { ConfigMap } from "#api/core/v1";
import type { BindSource, BoundFile } from "../files/stack-files.ts";
import { stackObjectLabels } from "../labels.ts";
import { contentHash, isConfigKey, objectNameOf, suffixedName } from "../names.ts";
import type { StackOptions } from "../options.ts";

export type CopiedSource = Extract<BindSource, { kind: "file" | "directory" }>;

/** The name has a hash of the content, so that a change rolls the pods that see it. */
export function bindObjectName(path: string, source: CopiedSource): string {
  const last = objectNameOf(path.slice(path.lastIndexOf("/") + 1));
  const name = last.replace(/[^a-z0-9-]/g, "").replace(/^-+|-+$/g, "") || "bind";
  return suffixedName(name, contentHash(textOf(source)));
}

export function bindConfigMap(
  path: string,
  source: CopiedSource,
  options: StackOptions,
): ConfigMap {
  const files = filesOf(source);
  const texts = files.flatMap((file) => {
    const text = decodedText(file.bytes);
    return text === undefined ? [] : [[keyOfFile(file.path), text] as const];
  });
  const others = files.filter((file) => decodedText(file.bytes) === undefined);
  const binaries = others.map((file) => [keyOfFile(file.path), base64(file.bytes)] as const);
  return {
    metadata: {
      name: bindObjectName(path, source),
      namespace: options.namespace,
      labels: stackObjectLabels(options),
    },
    ...(texts.length > 0 ? { data: Object.fromEntries(texts) } : {}),
    ...(binaries.length > 0 ? { binaryData: Object.fromEntries(binaries) } : {}),
  };
}

/** Keys cannot have slashes and some other characters that paths have. */
export function keyOfFile(path: string): string {
  return isConfigKey(path)
    ? path
    : `${path.replace(/[^-._a-zA-Z0-9]/g, "_").slice(-200)}.${contentHash(path)}`;
}

function filesOf(source: CopiedSource): readonly BoundFile[] {
  return source.kind === "file" ? [source.file] : source.files;
}

function textOf(source: CopiedSource): string {
  return filesOf(source)
    .map(({ path, bytes, mode }) => `${path} ${mode} ${contentHash(bytes)}`)
    .join("\n");
}

/** Undefined for bytes that are no text. */
export function decodedText(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(bytes);
  const isSame = !text.includes("\uFFFD") && !text.includes("\0") && !hasMark(bytes);
  return isSame ? text : undefined;
}

/** The decoder would leave out a byte order mark. */
function hasMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function base64(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; index += 3) {
    const [first = 0, second, third] = bytes.subarray(index, index + 3);
    const bits = (first << 16) | ((second ?? 0) << 8) | (third ?? 0);
    text += alphabet.charAt(bits >> 18) + alphabet.charAt((bits >> 12) & 63);
    text += second === undefined ? "=" : alphabet.charAt((bits >> 6) & 63);
    text += third === undefined ? "=" : alphabet.charAt(bits & 63);
  }
  return text;
}
