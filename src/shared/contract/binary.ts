/**
 * Messages with typed arrays as one binary frame, for transports that carry bytes: a 4-byte big-endian length, JSON in
 * which each typed array stands as `{"$array": [kind, offset, length]}`, padding to 8 bytes, then the arrays' bytes.
 */
const KINDS = { f64: Float64Array, f32: Float32Array, u8: Uint8Array } as const;
type Kind = keyof typeof KINDS;
type TypedArray = Float64Array | Float32Array | Uint8Array;

function kindOf(value: unknown): Kind | undefined {
  return (Object.keys(KINDS) as Kind[]).find((kind) => value instanceof KINDS[kind]);
}

const aligned = (length: number) => Math.ceil(length / 8) * 8;

/** Packs a JSON-safe value with typed arrays in it. */
export function packBinary(value: unknown): Uint8Array<ArrayBuffer> {
  const arrays: TypedArray[] = [];
  let offset = 0;
  const json = JSON.stringify(value, (_key, item: unknown) => {
    const kind = kindOf(item);
    if (!kind) return item;
    const array = item as TypedArray;
    const place = { $array: [kind, offset, array.length] };
    arrays.push(array);
    offset += aligned(array.byteLength);
    return place;
  });
  const header = new TextEncoder().encode(json);
  const start = aligned(4 + header.length);
  const bytes = new Uint8Array(start + offset);
  new DataView(bytes.buffer).setUint32(0, header.length);
  bytes.set(header, 4);
  let at = start;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += aligned(array.byteLength);
  }
  return bytes;
}

/** Unpacks what {@link packBinary} packed. Throws a RangeError or SyntaxError where the bytes are not that. */
export function unpackBinary(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getUint32(0);
  if (4 + headerLength > bytes.byteLength) throw new RangeError('header longer than the frame');
  const start = aligned(4 + headerLength);
  const json = new TextDecoder().decode(bytes.subarray(4, 4 + headerLength));
  return JSON.parse(json, (_key, item: unknown) => {
    const place = item && typeof item === 'object' && '$array' in item ? item.$array : undefined;
    if (!Array.isArray(place)) return item;
    const [kind, offset, length] = place as [Kind, number, number];
    const arrayType = KINDS[kind];
    const from = start + offset;
    const end = from + length * arrayType.BYTES_PER_ELEMENT;
    if (!(offset >= 0 && length >= 0 && end <= bytes.byteLength)) throw new RangeError('array outside the frame');
    // Copied this way because the slice of a Node Buffer is a view of a larger one.
    return new arrayType(new Uint8Array(bytes.subarray(from, end)).buffer);
  });
}
