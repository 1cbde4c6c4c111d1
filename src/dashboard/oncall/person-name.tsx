/** How many colours there are; people beyond share them. */
const coloursCount = 8;

/** A colour that stays a person's, wherever they are shown. */
export function personClass(name: string | null): string {
  if (name === null) return "nobody";
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return `person-${sum % coloursCount}`;
}

export function PersonName({ name }: { readonly name: string | null }) {
  return <strong class={`person ${personClass(name)}`}>{name ?? "nobody"}</strong>;
}
