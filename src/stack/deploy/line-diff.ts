/** The difference of two texts, line by line, as `diff -u` shows it without its file names. */

type Edit = { readonly kind: " " | "-" | "+"; readonly line: string };

/** Longer texts are shown as replaced whole, which is what a person would make of it. */
const linesMax = 2_000;

/** Changed lines with `context` lines around them; gaps are told by a line of dots. */
export function diffLines(before: string, after: string, context: number): readonly string[] {
  const edits = editsOf(linesIn(before), linesIn(after));
  const isNear = edits.map((_, index) =>
    edits.slice(Math.max(0, index - context), index + context + 1).some(({ kind }) => kind !== " "),
  );
  const lines: string[] = [];
  let isGap = false;
  for (const [index, { kind, line }] of edits.entries()) {
    if (isNear[index] === true) {
      if (isGap && lines.length > 0) lines.push("  …");
      lines.push(`${kind} ${line}`);
    }
    isGap = isNear[index] !== true;
  }
  return lines;
}

function linesIn(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/** By the longest common subsequence of what lies between equal beginnings and ends. */
function editsOf(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const least = Math.min(before.length, after.length);
  let start = 0;
  while (start < least && before[start] === after[start]) start++;
  let end = 0;
  while (end < least - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const kept = (line: string): Edit => ({ kind: " ", line });
  return [
    ...before.slice(0, start).map(kept),
    ...middleEdits(
      before.slice(start, before.length - end),
      after.slice(start, after.length - end),
    ),
    ...before.slice(before.length - end).map(kept),
  ];
}

function middleEdits(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const isLong = before.length > linesMax || after.length > linesMax;
  if (isLong || before.length === 0 || after.length === 0) {
    return [...before.map(removed), ...after.map(added)];
  }
  const lengths = commonLengths(before, after);
  const width = after.length + 1;
  const edits: Edit[] = [];
  let [left, right] = [0, 0];
  while (left < before.length || right < after.length) {
    const [old, young] = [before[left], after[right]];
    if (old !== undefined && old === young) {
      edits.push({ kind: " ", line: old });
      left++;
      right++;
      continue;
    }
    const down = lengths[(left + 1) * width + right] ?? 0;
    const across = lengths[left * width + right + 1] ?? 0;
    if (old !== undefined && (young === undefined || down >= across)) {
      edits.push(removed(old));
      left++;
    } else if (young !== undefined) {
      edits.push(added(young));
      right++;
    }
  }
  return edits;
}

/** How many lines the rests have in common, from each pair of positions on. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint16Array {
  const width = after.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  for (let left = before.length - 1; left >= 0; left--) {
    for (let right = after.length - 1; right >= 0; right--) {
      const diagonal = lengths[(left + 1) * width + right + 1] ?? 0;
      const down = lengths[(left + 1) * width + right] ?? 0;
      const across = lengths[left * width + right + 1] ?? 0;
      const isEqual = before[left] === after[right];
      lengths[left * width + right] = isEqual ? diagonal + 1 : Math.max(down, across);
    }
  }
  return lengths;
}

function removed(line: string): Edit {
  return { kind: "-", line };
}

function added(line: string): Edit {
  return { kind: "+", line };
}
