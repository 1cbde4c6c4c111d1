import type { LabelPairs } from "./label-pairs.ts";
import { pack, type Unpacked } from "./pack.ts";

/** All label pairs so far, in the order of their numbers. */
export function dumpLabels(pairs: LabelPairs): Uint8Array<ArrayBuffer> {
  const names = new Map<string, number>();
  const nameNumbers = new Uint32Array(pairs.count);
  const lengths = new Uint32Array(pairs.count);
  const values: string[] = [];
  for (let pair = 0; pair < pairs.count; pair++) {
    const name = pairs.name(pair);
    const number = names.get(name) ?? names.size;
    names.set(name, number);
    nameNumbers[pair] = number;
    const value = pairs.value(pair);
    lengths[pair] = value.length;
    values.push(value);
  }
  const encoder = new TextEncoder();
  return pack([
    encoder.encode(JSON.stringify([...names.keys()])),
    nameNumbers,
    lengths,
    encoder.encode(values.join("")),
  ]);
}

/** Gives an empty table the pairs of a dump, with their numbers. */
export function restoreLabels(pairs: LabelPairs, dump: Unpacked): void {
  const names: unknown = JSON.parse(dump.text(0));
  if (!Array.isArray(names)) throw new Error("label names are no list");
  const texts = names.map(String);
  const nameNumbers = dump.words(1);
  const lengths = dump.words(2);
  const values = dump.text(3);
  let at = 0;
  for (let pair = 0; pair < nameNumbers.length; pair++) {
    const end = at + (lengths[pair] ?? 0);
    pairs.ensure(texts[nameNumbers[pair] ?? 0] ?? "", values.slice(at, end));
    at = end;
  }
}
