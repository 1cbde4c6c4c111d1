/** How often: `never`, `once`, `3 times`. */
export function timesText(count: number): string {
  if (count === 0) return "never";
  return count === 1 ? "once" : `${count} times`;
}
