import { grownBytes, grownWords } from "./columns.ts";

/**
 * Ascending lists of series numbers, one for each label pair.
 *
 * Most pairs have one series and a few have all of them, so a list is one of three things, told by its
 * class: a single number kept in place of an address; a block of a power of two numbers in a shared
 * page; or, when it outgrows a page, a typed array of its own. No list costs an object below that.
 */
export class PostingsLists {
  #addresses = new Uint32Array(64);
  #lengths = new Uint32Array(64);
  #classes = new Uint8Array(64);
  readonly #pages: Uint32Array[] = [];
  /** Where the unused part of the last page begins. */
  #pageEnd = pageNumbers;
  /** Addresses of given-back blocks, by class. */
  readonly #free: number[][] = Array.from({ length: pageBits + 1 }, () => []);
  readonly #large = new Map<number, Uint32Array>();

  length(list: number): number {
    return list < this.#lengths.length ? (this.#lengths[list] ?? 0) : 0;
  }

  /** Gives lists that are empty yet the room that they will need: one length for each. */
  reserve(lengths: Uint32Array): void {
    this.#growLists(Math.max(lengths.length, 1));
    for (let list = 0; list < lengths.length; list++) {
      const length = lengths[list] ?? 0;
      if (length < 2) continue;
      const sizeClass = 32 - Math.clz32(length - 1);
      this.#classes[list] = sizeClass;
      if (sizeClass > pageBits) this.#large.set(list, new Uint32Array(length));
      else this.#addresses[list] = this.#allocate(sizeClass);
    }
  }

  /** Adds a number to the end of a list; it is greater than all that are there. */
  add(list: number, number: number): void {
    if (list >= this.#lengths.length) this.#growLists(list + 1);
    const length = this.#lengths[list] ?? 0;
    const sizeClass = this.#classes[list] ?? 0;
    if (length === 0 && sizeClass === 0) {
      this.#addresses[list] = number;
      this.#lengths[list] = 1;
      return;
    }
    if (length === this.#capacity(list, sizeClass)) this.#enlarge(list, length);
    this.#lengths[list] = length + 1;
    this.#writableOf(list)[this.#offsetOf(list) + length] = number;
  }

  /** The numbers of a list, good until the next one is added anywhere. */
  view(list: number): Uint32Array {
    const length = this.length(list);
    if (length === 0) return noNumbers;
    if (this.#classes[list] === 0) return Uint32Array.of(this.#addresses[list] ?? 0);
    const offset = this.#offsetOf(list);
    return this.#writableOf(list).subarray(offset, offset + length);
  }

  /** Whether any number of the list is one of `wanted`. */
  intersects(list: number, wanted: Uint8Array): boolean {
    for (const number of this.view(list)) if (wanted[number] === 1) return true;
    return false;
  }

  /** Bytes that the lists take. */
  get byteLength(): number {
    let large = 0;
    for (const numbers of this.#large.values()) large += numbers.byteLength;
    return large + this.#pages.length * pageNumbers * 4 + this.#lengths.length * 9;
  }

  #capacity(list: number, sizeClass: number): number {
    return sizeClass > pageBits ? (this.#large.get(list)?.length ?? 0) : 1 << sizeClass;
  }

  #growLists(count: number): void {
    this.#addresses = grownWords(this.#addresses, count);
    this.#lengths = grownWords(this.#lengths, count);
    this.#classes = grownBytes(this.#classes, count);
  }

  #offsetOf(list: number): number {
    return (this.#classes[list] ?? 0) > pageBits ? 0 : (this.#addresses[list] ?? 0) & pageMask;
  }

  #writableOf(list: number): Uint32Array {
    if ((this.#classes[list] ?? 0) > pageBits) return this.#large.get(list) ?? noNumbers;
    return this.#pages[(this.#addresses[list] ?? 0) >>> pageBits] ?? noNumbers;
  }

  /** Moves a full list into twice the room. */
  #enlarge(list: number, length: number): void {
    const numbers = this.view(list);
    const before = this.#classes[list] ?? 0;
    const address = this.#addresses[list] ?? 0;
    this.#classes[list] = Math.min(before, pageBits) + 1;
    if (before + 1 > pageBits) {
      const large = new Uint32Array(Math.ceil(length * 1.5));
      large.set(numbers);
      this.#large.set(list, large);
    } else {
      this.#addresses[list] = this.#allocate(before + 1);
      this.#writableOf(list).set(numbers, this.#offsetOf(list));
    }
    if (before > 0 && before <= pageBits) this.#free[before]?.push(address);
  }

  #allocate(sizeClass: number): number {
    const given = this.#free[sizeClass]?.pop();
    if (given !== undefined) return given;
    const size = 1 << sizeClass;
    if (this.#pageEnd + size > pageNumbers) {
      this.#pages.push(new Uint32Array(pageNumbers));
      this.#pageEnd = 0;
    }
    const address = (this.#pages.length - 1) * pageNumbers + this.#pageEnd;
    this.#pageEnd += size;
    return address;
  }
}

const pageBits = 14;
const pageNumbers = 1 << pageBits;
const pageMask = pageNumbers - 1;
const noNumbers = new Uint32Array(0);
