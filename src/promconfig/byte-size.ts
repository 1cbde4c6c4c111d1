/**
 * Sizes such as `512MB`, `1GiB` or `1GiB512MiB`. All prefixes are powers of 1024, also those without
 * the `i`, which is how upstream has always read them.
 */
const prefixes = ["", "K", "M", "G", "T", "P", "E"];

const factors: ReadonlyMap<string, number> = new Map(
  prefixes.flatMap((prefix, power) => [
    [`${prefix}B`, 1024 ** power] as const,
    [`${prefix}iB`, 1024 ** power] as const,
  ]),
);

/** The size in bytes. Throws an `Error` in upstream's words. */
export function parseByteSize(text: string): number {
  const unsigned = text.replace(/^[-+]/, "");
  if (unsigned === "0") return 0;
  if (unsigned === "") throw new Error(`units: invalid ${text}`);
  let bytes = 0;
  let rest = unsigned;
  while (rest !== "") {
    const found = /^([0-9]+(?:\.[0-9]*)?|\.[0-9]+)([^0-9.]*)/.exec(rest);
    if (found === null) throw new Error(`units: invalid ${text}`);
    const factor = found[2] === "iB" ? undefined : factors.get(found[2] ?? "");
    if (factor === undefined) throw new Error(`units: unknown unit ${found[2]} in ${text}`);
    bytes += Number(found[1]) * factor;
    rest = rest.slice(found[0].length);
  }
  if (bytes >= 2 ** 63) throw new Error(`units: invalid ${text}`);
  return text.startsWith("-") ? -bytes : bytes;
}

/** `1GiB512MiB`: as few units as say it exactly. */
export function formatByteSize(bytes: number): string {
  if (bytes === 0) return "0B";
  let remaining = Math.abs(bytes);
  let text = bytes < 0 ? "-" : "";
  for (let power = prefixes.length - 1; power >= 0; power--) {
    const factor = 1024 ** power;
    const count = Math.floor(remaining / factor);
    if (count === 0) continue;
    text += `${count}${prefixes[power]}${power === 0 ? "B" : "iB"}`;
    remaining -= count * factor;
  }
  return text;
}
