/** The names that contain the letters of `wanted` in order, closest matches first. */
export function rankMetrics(names: readonly string[], wanted: string): readonly string[] {
  const letters = wanted.trim().toLowerCase();
  if (letters === "") return names;
  return names
    .map((name) => ({ name, distance: distanceOf(name.toLowerCase(), letters) }))
    .filter(({ distance }) => distance !== undefined)
    .sort((left, right) => (left.distance ?? 0) - (right.distance ?? 0))
    .map(({ name }) => name);
}

/** How far apart the letters lie in the name; undefined when they are not all there. */
function distanceOf(name: string, letters: string): number | undefined {
  const whole = name.indexOf(letters);
  if (whole >= 0) return whole / 100 + name.length / 10_000;
  let at = -1;
  let gaps = 1;
  for (const letter of letters) {
    const next = name.indexOf(letter, at + 1);
    if (next < 0) return undefined;
    gaps += at < 0 ? 0 : next - at - 1;
    at = next;
  }
  return gaps;
}
