/** A drawing of small dots: a cell of the terminal holds two by four of them. */

export type Ink = "area" | "line" | "mark" | "limit";

/** Bits of the dots of a cell, by row and column, as Unicode orders them. */
const dotBits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;
const blank = 0x2800;

export class BrailleCanvas {
  readonly columns: number;
  readonly rows: number;
  readonly #bits: Uint8Array;
  readonly #inks: (Ink | undefined)[];

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#bits = new Uint8Array(columns * rows);
    this.#inks = Array.from({ length: columns * rows }, () => undefined);
  }

  get width(): number {
    return this.columns * 2;
  }

  get height(): number {
    return this.rows * 4;
  }

  /** Dots count from the lower left. What is outside is not drawn; a cell has the ink it was given last. */
  dot(x: number, y: number, ink: Ink): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const fromTop = this.height - 1 - y;
    const cell = Math.floor(fromTop / 4) * this.columns + Math.floor(x / 2);
    const bit = dotBits[fromTop % 4]?.[x % 2] ?? 0;
    this.#bits[cell] = (this.#bits[cell] ?? 0) | bit;
    this.#inks[cell] = ink;
  }

  /** All dots of a column from one height to another, both with it. */
  column(x: number, span: { readonly from: number; readonly to: number }, ink: Ink): void {
    const low = Math.min(span.from, span.to);
    const high = Math.max(span.from, span.to);
    for (let y = low; y <= high; y++) this.dot(x, y, ink);
  }

  /** From top to bottom; `paint` gives runs of cells their colour. */
  lines(paint: (text: string, ink: Ink) => string): readonly string[] {
    return Array.from({ length: this.rows }, (_, row) => this.#line(row, paint));
  }

  #line(row: number, paint: (text: string, ink: Ink) => string): string {
    let line = "";
    let run = "";
    let runInk: Ink | undefined;
    const flush = () => {
      line += runInk === undefined ? run : paint(run, runInk);
      run = "";
    };
    for (let column = 0; column < this.columns; column++) {
      const cell = row * this.columns + column;
      const ink = this.#inks[cell];
      if (ink !== runInk) flush();
      runInk = ink;
      const bits = this.#bits[cell] ?? 0;
      run += bits === 0 ? " " : String.fromCodePoint(blank + bits);
    }
    flush();
    return line;
  }
}
