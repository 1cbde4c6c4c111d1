/**
 * What every JavaScript host has beside the language itself, and nothing more. `tsconfig.pure.json`
 * compiles the pure modules against this file in place of the types of Node.js or of browsers, so
 * that a use of timers, files, sockets or the process is a type error there.
 */

interface AbortSignal {
  readonly aborted: boolean;
  /** `any`, as the types of every host declare it. */
  readonly reason: any;
  throwIfAborted(): void;
  addEventListener(
    type: "abort",
    listener: () => void,
    options?: { readonly once?: boolean },
  ): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

declare var AbortSignal: {
  abort(reason?: unknown): AbortSignal;
  any(signals: Iterable<AbortSignal>): AbortSignal;
};

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

declare var AbortController: { new (): AbortController };

interface TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
  encodeInto(text: string, target: Uint8Array): { readonly read: number; readonly written: number };
}

declare var TextEncoder: { new (): TextEncoder };

interface TextDecoder {
  decode(
    bytes?: ArrayBufferView | ArrayBufferLike,
    options?: { readonly stream?: boolean },
  ): string;
}

declare var TextDecoder: {
  new (
    encoding?: string,
    options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean },
  ): TextDecoder;
};

interface URLSearchParams extends Iterable<[string, string]> {
  append(name: string, value: string): void;
  delete(name: string): void;
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string): boolean;
  set(name: string, value: string): void;
  readonly size: number;
  toString(): string;
}

declare var URLSearchParams: {
  new (
    init?: string | Iterable<readonly [string, string]> | Readonly<Record<string, string>>,
  ): URLSearchParams;
};

interface URL {
  hash: string;
  host: string;
  hostname: string;
  readonly href: string;
  readonly origin: string;
  password: string;
  pathname: string;
  port: string;
  protocol: string;
  search: string;
  readonly searchParams: URLSearchParams;
  username: string;
}

declare var URL: {
  new (url: string, base?: string | URL): URL;
  canParse(url: string, base?: string): boolean;
};

declare function structuredClone<T>(value: T): T;
declare function queueMicrotask(callback: () => void): void;
declare function atob(base64: string): string;
declare function btoa(binary: string): string;

/** Digests only: chance comes from a port. */
declare var crypto: {
  readonly subtle: {
    digest(
      algorithm: "SHA-1" | "SHA-256" | "SHA-512",
      bytes: Uint8Array<ArrayBuffer>,
    ): Promise<ArrayBuffer>;
  };
};
