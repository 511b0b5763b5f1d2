/**
 * Where things stand in a JSON text: what `JSON.parse` does not say. It walks a text that `JSON.parse` has taken, so it
 * checks nothing but what that lets pass: a key that stands twice in one object, of which the last would win silently.
 */
export interface JsonPlaces {
  /** Character offset of the value at a path; of the nearest one above it where there is none. */
  offsetOf(path: readonly (string | number)[]): number;
  /** Paths of keys that stand twice. */
  readonly doubled: readonly (string | number)[][];
}

export interface TextPlace {
  /** From 1. */
  line: number;
  column: number;
}

/** Line and column of the character at `offset`. */
export function placeAt(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Where a text was decoded from bytes that are no UTF-8: names there would be garbled. Undefined: nowhere. */
export function undecodedAt(text: string): number | undefined {
  const at = text.indexOf('\ufffd');
  return at < 0 ? undefined : at;
}

/** A path as RFC 6901 writes it; the whole is empty. */
export function pointer(path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

type Container = { kind: 'array'; index: number } | { kind: 'object'; key: string; keys: Set<string> };

const TOKEN = /[{}[\],]|"(?:[^"\\]|\\.)*"\s*:?|[^\s{}[\],":]+/gs;

/** Where a text that `JSON.parse` has taken is first nested deeper than that; undefined: nowhere. */
export function deeperThan(text: string, levels: number): number | undefined {
  let depth = 0;
  for (const { 0: token, index: offset } of text.matchAll(TOKEN)) {
    if (token === '}' || token === ']') depth--;
    else if ((token === '{' || token === '[') && ++depth > levels) return offset;
  }
  return undefined;
}

/** Where every value of a JSON text stands. The text must be JSON. */
export function jsonPlaces(text: string): JsonPlaces {
  const offsets = new Map<string, number>();
  const doubled: (string | number)[][] = [];
  const open: Container[] = [];
  const path = () => open.map((each) => (each.kind === 'array' ? each.index : each.key));
  const value = (offset: number) => {
    offsets.set(pointer(path()), offset);
  };
  for (const { 0: token, index: offset } of text.matchAll(TOKEN)) {
    const inner = open.at(-1);
    if (token === '{' || token === '[') {
      value(offset);
      open.push(token === '[' ? { kind: 'array', index: 0 } : { kind: 'object', key: '', keys: new Set() });
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ',') {
      if (inner?.kind === 'array') inner.index++;
    } else if (token.endsWith(':') && token.startsWith('"') && inner?.kind === 'object') {
      inner.key = JSON.parse(token.slice(0, -1).trimEnd()) as string;
      if (inner.keys.has(inner.key)) doubled.push(path());
      inner.keys.add(inner.key);
    } else value(offset);
  }
  return {
    doubled,
    offsetOf(wanted) {
      for (let length = wanted.length; length >= 0; length--) {
        const offset = offsets.get(pointer(wanted.slice(0, length)));
        if (offset !== undefined) return offset;
      }
      return 0;
    },
  };
}
