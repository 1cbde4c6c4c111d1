/** The addresses in a list such as `Ops <ops@example.org>, "A, B" <ab@example.org>, me@example.org`. */
export function parseAddresses(text: string): readonly string[] | string {
  const addresses: string[] = [];
  for (const part of split(text)) {
    const written = part.trim();
    const address = /<([^<>]*)>$/.exec(written)?.[1] ?? written;
    if (!/^[^\s@<>(),;:\\"[\]]+@[^\s@<>(),;:\\"]+$/.test(address.trim())) {
      return `mail: no angle-addr or invalid address in ${JSON.stringify(written)}`;
    }
    addresses.push(address.trim());
  }
  return addresses;
}

/** By commas that are not in quotation marks. */
function split(text: string): readonly string[] {
  const parts: string[] = [];
  let part = "";
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    if (character === "," && !isQuoted) {
      parts.push(part);
      part = "";
    } else part += character;
  }
  return [...parts, part];
}
