/** A file as a tar archive (POSIX ustar), as short as one can be written. */
const blockBytes = 512;

export function tarOf(name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const contentBlocks = Math.ceil(content.length / blockBytes);
  // Two empty blocks end an archive.
  const archive = new Uint8Array((1 + contentBlocks + 2) * blockBytes);
  const write = (offset: number, text: string) =>
    archive.set(new TextEncoder().encode(text), offset);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  write(0, name);
  write(100, `${octal(0o666, 7)}\0`);
  write(108, `${octal(0, 7)}\0`);
  write(116, `${octal(0, 7)}\0`);
  write(124, `${octal(content.length, 11)}\0`);
  write(136, `${octal(0, 11)}\0`);
  write(148, " ".repeat(8));
  write(156, "0");
  write(257, "ustar\0");
  write(263, "00");
  const sum = archive.subarray(0, blockBytes).reduce((left, right) => left + right, 0);
  write(148, `${octal(sum, 6)}\0 `);
  archive.set(content, blockBytes);
  return archive;
}
