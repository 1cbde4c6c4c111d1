/** What a response warns of, as `Warning` headers: RFC 7234 code 299, each text once. */
export class WarningList {
  readonly #texts = new Set<string>();

  add(text: string): void {
    this.#texts.add(text);
  }

  get headers(): readonly string[] {
    const texts = [...this.#texts];
    const byteCount = texts.reduce((sum, text) => sum + text.length, 0);
    // Together they must not grow beyond what clients take as headers.
    const shown = byteCount > totalMax ? texts.map((text) => text.slice(0, truncatedMax)) : texts;
    return shown.map((text) => `299 - "${quoted(text)}"`);
  }
}

const totalMax = 4 * 1024;
const truncatedMax = 256;

function quoted(text: string): string {
  return text.replace(/[\x00-\x1f\x7f]/g, " ").replace(/[\\"]/g, "\\$&");
}
