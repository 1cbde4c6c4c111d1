import { grownShorts } from "./columns.ts";

/**
 * Room for the bytes of a million growing chunks without an object for each.
 *
 * Memory is cut into slabs of 64 KiB, each slab into cells of one size. A chunk lives in the smallest
 * cell that holds it and moves to the next size when it outgrows it. A slab whose cells are all free
 * goes back and may be cut into another size: chunks that were begun together also grow together, and
 * the sizes that they leave behind must not stay taken.
 *
 * An address is the slab's number × 4096 + the offset in 16 byte units; 0 is never given.
 */
export class ByteArena {
  readonly #slabs: (Uint8Array | undefined)[] = [];
  readonly #views: (DataView | undefined)[] = [];
  #classOfSlab = new Uint16Array(64);
  #usedCells = new Uint16Array(64);
  /** The first free cell of each slab, in 16 byte units plus 1; each names the next in its first bytes. */
  #firstFree = new Uint16Array(64);
  /** Numbers of slabs that hold nothing. */
  readonly #emptySlabs: number[] = [];
  /** For each class the slabs that may have a free cell; some are found not to when asked. */
  readonly #openSlabs: number[][] = cellSizes.map(() => []);

  /** How many bytes the cells of a class hold. */
  static cellBytes(cellClass: number): number {
    return cellSizes[cellClass] ?? 0;
  }

  /** The smallest class whose cells hold `bytes`. */
  static classFor(bytes: number): number {
    const found = classByUnits[(bytes + 15) >>> 4];
    if (found === undefined) throw new RangeError(`no cell holds ${bytes} bytes`);
    return found;
  }

  get byteLength(): number {
    return (this.#slabs.length - this.#emptySlabs.length) * slabBytes;
  }

  slab(address: number): Uint8Array {
    return this.#slabs[address >>> 12] ?? noBytes;
  }

  /** Where in its slab an address is. */
  static offset(address: number): number {
    return (address & 0xfff) << 4;
  }

  allocate(cellClass: number): number {
    const open = this.#openSlabs[cellClass] ?? [];
    let slab = open.at(-1);
    while (slab !== undefined && !this.#hasFreeCell(slab, cellClass)) {
      open.pop();
      slab = open.at(-1);
    }
    if (slab === undefined) {
      slab = this.#cutSlab(cellClass);
      open.push(slab);
    }
    const unit = (this.#firstFree[slab] ?? 0) - 1;
    this.#firstFree[slab] = this.#views[slab]?.getUint16(unit << 4) ?? 0;
    this.#usedCells[slab] = (this.#usedCells[slab] ?? 0) + 1;
    return slab * 4096 + unit;
  }

  free(address: number): void {
    const slab = address >>> 12;
    const cellClass = this.#classOfSlab[slab] ?? 0;
    const used = (this.#usedCells[slab] ?? 0) - 1;
    this.#usedCells[slab] = used;
    if (used === 0) {
      this.#give(slab);
      return;
    }
    if (this.#firstFree[slab] === 0) this.#openSlabs[cellClass]?.push(slab);
    this.#views[slab]?.setUint16(ByteArena.offset(address), this.#firstFree[slab] ?? 0);
    this.#firstFree[slab] = (address & 0xfff) + 1;
  }

  /** Moves `bytes` bytes into a cell of another class and frees the one they were in. */
  move(address: number, bytes: number, cellClass: number): number {
    const moved = this.allocate(cellClass);
    const from = ByteArena.offset(address);
    this.slab(moved).set(this.slab(address).subarray(from, from + bytes), ByteArena.offset(moved));
    this.free(address);
    return moved;
  }

  /** Copies the first bytes at an address into `target`, as many as it holds. */
  copy(address: number, target: Uint8Array): void {
    const from = ByteArena.offset(address);
    target.set(this.slab(address).subarray(from, from + target.length));
  }

  #hasFreeCell(slab: number, cellClass: number): boolean {
    return this.#classOfSlab[slab] === cellClass && this.#firstFree[slab] !== 0;
  }

  /** Makes a slab of free cells. */
  #cutSlab(cellClass: number): number {
    const slab = this.#emptySlabs.pop() ?? this.#slabs.length;
    this.#classOfSlab = grownShorts(this.#classOfSlab, slab + 1);
    this.#usedCells = grownShorts(this.#usedCells, slab + 1);
    this.#firstFree = grownShorts(this.#firstFree, slab + 1);
    const bytes = this.#slabs[slab] ?? new Uint8Array(slabBytes);
    const view = new DataView(bytes.buffer);
    this.#slabs[slab] = bytes;
    this.#views[slab] = view;
    this.#classOfSlab[slab] = cellClass;
    const units = ByteArena.cellBytes(cellClass) >>> 4;
    // The first unit of the first slab is nobody's, so that no address is 0.
    const first = slab === 0 ? units : 0;
    const last = 4096 - units;
    for (let unit = first; unit <= last; unit += units) {
      view.setUint16(unit << 4, unit + units <= last ? unit + units + 1 : 0);
    }
    this.#firstFree[slab] = first + 1;
    return slab;
  }

  #give(slab: number): void {
    this.#firstFree[slab] = 0;
    this.#classOfSlab[slab] = noClass;
    this.#emptySlabs.push(slab);
    if (this.#emptySlabs.length > emptySlabsKept) {
      this.#slabs[slab] = undefined;
      this.#views[slab] = undefined;
    }
  }
}

const slabBytes = 65_536;
/** Empty slabs whose memory is kept for the next use. */
const emptySlabsKept = 64;
const noClass = 0xffff;
const cellSizes: readonly number[] = [
  32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 1024, 1280,
];
/** The class for each size, in units of 16 bytes. */
const classByUnits = Uint8Array.from({ length: 81 }, (_, units) =>
  cellSizes.findIndex((size) => size >= units * 16),
);
const noBytes = new Uint8Array(0);
