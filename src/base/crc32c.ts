/** CRC-32C (Castagnoli): the checksum of the database's files and of streamed remote reads. */

/** The polynomial 0x1EDC6F41, its bits reversed. */
const polynomial = 0x82f63b78;
const tables = makeTables();

/** The checksum as an unsigned number; given that of what comes before, it goes on from there. */
export function crc32c(bytes: Uint8Array, before = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables;
  let crc = ~before;
  let at = 0;
  // Eight bytes a round: eight tables know what each of them does eight, seven, … bytes later.
  for (const end = bytes.length - 8; at <= end; at += 8) {
    crc ^= wordAt(bytes, at);
    crc =
      at8(t7, crc) ^
      at8(t6, crc >>> 8) ^
      at8(t5, crc >>> 16) ^
      at8(t4, crc >>> 24) ^
      at8(t3, bytes[at + 4] ?? 0) ^
      at8(t2, bytes[at + 5] ?? 0) ^
      at8(t1, bytes[at + 6] ?? 0) ^
      at8(t0, bytes[at + 7] ?? 0);
  }
  for (; at < bytes.length; at++) crc = at8(t0, crc ^ (bytes[at] ?? 0)) ^ (crc >>> 8);
  return ~crc >>> 0;
}

type Table = Int32Array;
type Tables = readonly [Table, Table, Table, Table, Table, Table, Table, Table];

function at8(table: Table, byte: number): number {
  return table[byte & 0xff] ?? 0;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

function makeTables(): Tables {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) === 0 ? 0 : polynomial);
    return crc;
  });
  const later = (table: Table) => table.map((crc) => at8(first, crc) ^ (crc >>> 8));
  const second = later(first);
  const third = later(second);
  const fourth = later(third);
  const fifth = later(fourth);
  const sixth = later(fifth);
  const seventh = later(sixth);
  return [first, second, third, fourth, fifth, sixth, seventh, later(seventh)];
}
