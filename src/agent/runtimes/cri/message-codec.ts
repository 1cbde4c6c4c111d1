/**
 * A small schema language for protobuf messages: a table of fields *is* the codec.
 *
 * `message<T>({ name: [1, text], … })` maps a TypeScript type to field numbers; the compiler checks
 * that every property has its row and that the row's value has the property's type. Presence follows
 * proto3: scalars at their zero value are neither written nor told from absent ones, nested messages
 * are undefined when absent.
 */
import { assert, ProtobufReader, ProtobufWriter } from "#base";

/** How values of one type are written as a field, read back, and what they are when absent. */
export interface Field<Value> {
  readonly absent: Value;
  /** Writes nothing when the value is the absent one. */
  encode(writer: ProtobufWriter, number: number, value: Value): void;
  /** Reads the field the reader stands at; `previous` is what earlier occurrences gave. */
  decode(reader: ProtobufReader, previous: Value): Value;
}

export interface Message<T> {
  encode(value: T): Uint8Array;
  decode(bytes: Uint8Array): T;
  write(writer: ProtobufWriter, value: T): void;
  read(reader: ProtobufReader): T;
}

type Rows<T> = { readonly [Key in keyof T]-?: readonly [number, Field<T[Key]>] };

interface Row {
  readonly key: string;
  readonly number: number;
  readonly field: Field<unknown>;
}

export function message<T extends object>(rows: Rows<T>): Message<T> {
  const ordered: Row[] = Object.entries<readonly [number, Field<unknown>]>(rows)
    .map(([key, [number, field]]) => ({ key, number, field }))
    .sort((left, right) => left.number - right.number);
  const byNumber = new Map(ordered.map((row) => [row.number, row]));
  assert(byNumber.size === ordered.length, "every field of a message has its own number");

  const write = (writer: ProtobufWriter, value: T): void => {
    for (const { key, number, field } of ordered) {
      // The table's type ties each key to a field of the property's own type.
      field.encode(writer, number, (value as Record<string, unknown>)[key]);
    }
  };
  const read = (reader: ProtobufReader): T => {
    const value: Record<string, unknown> = {};
    for (const { key, field } of ordered) value[key] = field.absent;
    while (reader.next()) {
      const row = byNumber.get(reader.field);
      if (row === undefined) reader.skip();
      else value[row.key] = row.field.decode(reader, value[row.key]);
    }
    return value as T;
  };
  return {
    write,
    read,
    encode: (value) => {
      const writer = new ProtobufWriter();
      write(writer, value);
      return writer.finish();
    },
    decode: (bytes) => read(new ProtobufReader(bytes)),
  };
}

export const text: Field<string> = {
  absent: "",
  encode: (writer, number, value) => {
    if (value !== "") writer.string(number, value);
  },
  decode: (reader) => reader.string(),
};

export const flag: Field<boolean> = {
  absent: false,
  encode: (writer, number, value) => {
    if (value) writer.bool(number, true);
  },
  decode: (reader) => reader.bool(),
};

/** `int32`, `int64`, `uint32` and `uint64` alike; beyond 2^53 only an approximation. */
export const integer: Field<number> = {
  absent: 0,
  encode: (writer, number, value) => {
    if (value !== 0) writer.integer(number, value);
  },
  decode: (reader) => Number(reader.int64()),
};

/** Nanoseconds since the epoch on the wire, milliseconds with a fraction here. */
export const timeMs: Field<number> = {
  absent: 0,
  encode: (writer, number, value) => {
    if (value !== 0) writer.integer(number, BigInt(Math.round(value * 1e3)) * 1000n);
  },
  decode: (reader) => {
    const nanoseconds = BigInt(reader.int64());
    return Number(nanoseconds / 1000n) / 1e3;
  },
};

export const octets: Field<Uint8Array> = {
  absent: new Uint8Array(0),
  encode: (writer, number, value) => {
    if (value.length > 0) writer.bytes(number, value);
  },
  // A copy: the response it lies in may be large and short-lived.
  decode: (reader) => reader.bytes().slice(),
};

export const texts: Field<readonly string[]> = {
  absent: [],
  encode: (writer, number, value) => {
    for (const item of value) writer.string(number, item);
  },
  decode: (reader, previous) => appended(previous, reader.string()),
};

/** `repeated int64` or `int32`, packed as proto3 has it; unpacked ones are understood. */
export const integers: Field<readonly number[]> = {
  absent: [],
  encode: (writer, number, value) => {
    if (value.length === 0) return;
    const mark = writer.begin(number);
    for (const item of value) {
      assert(item >= 0, "identifiers and ports are not negative");
      writer.varint(item);
    }
    writer.end(mark);
  },
  decode: (reader, previous) => {
    if (reader.wireType === 0) return [...previous, Number(reader.int64())];
    return [...previous, ...unpacked(reader.bytes())];
  },
};

/** `map<string, string>`. The result has no prototype: keys come from users. */
export const textMap: Field<Readonly<Record<string, string>>> = {
  absent: Object.freeze<Record<string, string>>(Object.create(null)),
  encode: (writer, number, value) => {
    for (const [key, item] of Object.entries(value)) {
      const mark = writer.begin(number);
      writer.string(1, key);
      writer.string(2, item);
      writer.end(mark);
    }
  },
  decode: (reader, previous) => {
    const { key, value } = mapEntry.read(reader.message());
    // As with lists, only what an earlier `decode` made is added to.
    const entries: Record<string, string> =
      previous === textMap.absent ? Object.create(null) : previous;
    entries[key] = value;
    return entries;
  },
};

const mapEntry = message<{ key: string; value: string }>({ key: [1, text], value: [2, text] });

/** An enumeration whose names stand for 0, 1, 2, …; numbers beyond them read as the first. */
export function choice<const Name extends string>(
  ...names: readonly [Name, ...Name[]]
): Field<Name> {
  return {
    absent: names[0],
    encode: (writer, number, value) => {
      const index = names.indexOf(value);
      if (index > 0) writer.integer(number, index);
    },
    decode: (reader) => names[reader.int32()] ?? names[0],
  };
}

/** A nested message that may be absent. */
export function optional<T>(nested: Message<T>): Field<T | undefined> {
  return {
    absent: undefined,
    encode: (writer, number, value) => {
      if (value === undefined) return;
      const mark = writer.begin(number);
      nested.write(writer, value);
      writer.end(mark);
    },
    decode: (reader) => nested.read(reader.message()),
  };
}

/** A nested message that is always sent; when absent in what we read, all of it is zero. */
export function nested<T>(inner: Message<T>): Field<T> {
  const field = optional(inner);
  return {
    absent: inner.decode(new Uint8Array(0)),
    encode: field.encode,
    decode: (reader) => inner.read(reader.message()),
  };
}

export function list<T>(inner: Message<T>): Field<readonly T[]> {
  const field = optional(inner);
  return {
    absent: [],
    encode: (writer, number, value) => {
      for (const item of value) field.encode(writer, number, item);
    },
    decode: (reader, previous) => appended(previous, inner.read(reader.message())),
  };
}

/**
 * A message of which only field `number` matters, such as `UInt64Value`: the inner value itself,
 * undefined when the message is absent. A zero inside a present message is kept: user 0 is root, and
 * no user is not.
 */
export function boxed<Value>(number: number, inner: Field<Value>): Field<Value | undefined> {
  return {
    absent: undefined,
    encode: (writer, outer, value) => {
      if (value === undefined) return;
      const mark = writer.begin(outer);
      inner.encode(writer, number, value);
      writer.end(mark);
    },
    decode: (reader) => {
      const box = reader.message();
      let value = inner.absent;
      while (box.next()) {
        if (box.field === number) value = inner.decode(box, value);
        else box.skip();
      }
      return value;
    },
  };
}

/** The same message seen as another type. */
export function translated<Wire, T>(
  wire: Message<Wire>,
  to: (value: Wire) => T,
  from: (value: T) => Wire,
): Message<T> {
  return {
    encode: (value) => wire.encode(from(value)),
    decode: (bytes) => to(wire.decode(bytes)),
    write: (writer, value) => wire.write(writer, from(value)),
    read: (reader) => to(wire.read(reader)),
  };
}

/** The same field seen as another type; for fields that occur once. `to` also gets the absent value. */
export function mapped<Wire, Value>(
  field: Field<Wire>,
  to: (wire: Wire) => Value,
  from: (value: Value) => Wire,
): Field<Value> {
  return {
    absent: to(field.absent),
    encode: (writer, number, value) => field.encode(writer, number, from(value)),
    decode: (reader) => to(field.decode(reader, field.absent)),
  };
}

/** Like `boxed`, where an absent message means the inner type's zero. */
export function unboxed<Value>(number: number, inner: Field<Value>): Field<Value> {
  return mapped(
    boxed(number, inner),
    (value) => value ?? inner.absent,
    (value) => value,
  );
}

/** Lists being read grow in place, all but `absent`, which belongs to everyone. */
function appended<T>(previous: readonly T[], item: T): readonly T[] {
  if (previous.length === 0) return [item];
  // Not empty, so an earlier `decode` of the same message made it.
  (previous as T[]).push(item);
  return previous;
}

function unpacked(bytes: Uint8Array): number[] {
  const values: number[] = [];
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 127) * scale;
    scale *= 128;
    if (byte > 127) continue;
    values.push(value);
    value = 0;
    scale = 1;
  }
  return values;
}
