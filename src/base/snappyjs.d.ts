/** What we use of a package that declares no types. */
declare module "snappyjs" {
  export function compress(bytes: Uint8Array): Uint8Array;
}
