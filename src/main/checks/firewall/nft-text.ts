/**
 * What `nft -a list ruleset` prints, as the items of `nft -j list ruleset`: for an nft that was built without JSON. What it
 * does not know becomes a statement that the judge does not know either, so that a rule with it is unclear, never wrong.
 */
export function nftTextItems(text: string): unknown[] | undefined {
  const items: unknown[] = [];
  let table: { family: string; table: string } | undefined;
  let block: Block | undefined;
  for (const line of text.split('\n')) {
    const { words, handle } = lineOf(line);
    const opened = /^table (\S+) (\S+) \{/.exec(line);
    if (opened?.[1] !== undefined && opened[2] !== undefined) {
      table = { family: opened[1], table: opened[2] };
      block = undefined;
    } else if (table && words.at(-1) === '{' && ['chain', 'set', 'map'].includes(words[0] ?? '')) {
      block = { kind: words[0] ?? '', item: { ...table, name: words[1] ?? '' }, elements: [], depth: 0 };
      items.push({ [block.kind]: block.item });
    } else if (table && block && block.depth === 0 && words[0] === '}' && words.length === 1) {
      if (block.kind !== 'chain') block.item.elem = elementsOf(block.elements);
      block = undefined;
    } else if (table && block?.kind === 'chain') items.push(...chainLine(block, { ...table, words, handle }));
    else if (block) takeElements(block, words);
    else if (words.length > 0 && words[0] !== '}' && table === undefined) return undefined;
  }
  return items;
}

interface Block {
  kind: string;
  item: Record<string, unknown>;
  /** The words of `elements = { … }`, which may go over several lines. */
  elements: string[];
  depth: number;
}

const WORDS = /"[^"]*"|[{},]|[^\s{},"]+/g;

function lineOf(line: string): { words: string[]; handle: number | undefined } {
  const handle = /# handle (\d+)\s*$/.exec(line)?.[1];
  const words = line.replace(/# handle \d+\s*$/, '').match(WORDS) ?? [];
  return { words, handle: handle === undefined ? undefined : Number(handle) };
}

const PRIORITIES: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};

interface ChainLine {
  family: string;
  table: string;
  words: string[];
  handle: number | undefined;
}

function chainLine({ item }: Block, { family, table, words, handle }: ChainLine): unknown[] {
  if (words.length === 0) return [];
  if (words[0] === 'type' && words[2] === 'hook') {
    const plain = words.join(' ');
    const found = /hook (\S+) .*?priority (-?\w+)(?: ([+-]) (\d+))?;/.exec(plain);
    const base = PRIORITIES[found?.[2] ?? ''] ?? Number(found?.[2] ?? 0);
    item.hook = found?.[1];
    item.prio = base + (found?.[3] ? Number(`${found[3]}${found[4]}`) : 0);
    item.policy = /policy (\w+);/.exec(plain)?.[1] ?? 'accept';
    return [];
  }
  if (words[0] === 'policy' || words[0] === 'comment') return [];
  return [
    { rule: { family, table, chain: item.name, ...(handle === undefined ? {} : { handle }), expr: rule(words) } },
  ];
}

function takeElements(block: Block, words: string[]): void {
  const from = block.depth > 0 ? 0 : words[0] === 'elements' ? words.indexOf('{') : words.length;
  for (const word of words.slice(from)) {
    if (word === '{') block.depth++;
    else if (word === '}') block.depth--;
    else block.elements.push(word);
  }
}

/** Words of a set, or of a map with `key : verdict`. Time-outs and comments of an element are passed over. */
function elementsOf(words: readonly string[]): unknown[] {
  return split(words).map((element) => {
    const colon = element.indexOf(':');
    const key = readValue(element[0] ?? '');
    return colon < 0 ? key : [key, verdictOf(element.slice(colon + 1))];
  });
}

function split(words: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  for (const word of words) {
    if (word === ',') parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts.filter((part) => part.length > 0);
}

function verdictOf([kind = '', target]: readonly string[]): unknown {
  return kind === 'jump' || kind === 'goto' ? { [kind]: { target } } : { [kind]: null };
}

/** A number, a range, a network, a name. */
function readValue(word: string): unknown {
  const plain = word.replace(/^"(.*)"$/, '$1');
  if (/^\d+$/.test(plain)) return Number(plain);
  const range = /^(\d+)-(\d+)$/.exec(plain);
  if (range) return { range: [Number(range[1]), Number(range[2])] };
  const network = /^([0-9A-Fa-f.:]+)\/(\d{1,3})$/.exec(plain);
  if (network) return { prefix: { addr: network[1], len: Number(network[2]) } };
  return /^[0-9.]+-[0-9.]+$|^[0-9A-Fa-f:]+-[0-9A-Fa-f:]+$/.test(plain) ? { addresses: plain } : plain;
}

const PAYLOADS = ['tcp', 'udp', 'th', 'ip', 'ip6', 'icmp', 'icmpv6', 'sctp'];
const INTERFACES = ['iif', 'iifname', 'oif', 'oifname'];
const OPERATORS = ['!=', '==', '<', '>', '<=', '>='];
/** What sends a packet elsewhere, where its way cannot be followed. */
const ELSEWHERE = ['queue', 'dnat', 'redirect', 'tproxy', 'synproxy'];
const PLAIN_VERDICTS = ['accept', 'drop', 'return'];

/** A rule's statements, one after the other. */
function rule(words: readonly string[]): unknown[] {
  const expr: unknown[] = [];
  let at = 0;
  while (at < words.length) {
    const [taken, statement] = statementAt(words, at);
    at += taken;
    if (statement) expr.push(statement);
  }
  return expr;
}

function statementAt(words: readonly string[], at: number): [number, unknown] {
  const word = words[at] ?? '';
  const next = words[at + 1] ?? '';
  if (PLAIN_VERDICTS.includes(word)) return [1, { [word]: null }];
  // What it is rejected with changes nothing.
  if (word === 'reject') return [words.length - at, { reject: null }];
  if (ELSEWHERE.includes(word)) return [words.length - at, { [word]: null }];
  if (word === 'jump' || word === 'goto') return [2, { [word]: { target: next } }];
  if (word === 'counter') return [next === 'packets' ? 5 : 1, { counter: null }];
  if (word === 'comment') return [2, undefined];
  if (word === 'log') return [1 + optionsOf(words, at + 1), { log: null }];
  if (PAYLOADS.includes(word)) return match(words, at + 2, { payload: { protocol: word, field: next } }, 2);
  if (INTERFACES.includes(word)) return match(words, at + 1, { meta: { key: word } }, 1);
  if (word === 'meta') return match(words, at + 2, { meta: { key: next } }, 2);
  if (word === 'ct' && next === 'state') return match(words, at + 2, { ct: { key: next } }, 2);
  return [1, { unknown: word }];
}

/** The options of `log`: a prefix, a level and so on, each with a value. */
function optionsOf(words: readonly string[], at: number): number {
  let taken = 0;
  while (['prefix', 'level', 'group', 'snaplen', 'queue-threshold', 'flags'].includes(words[at + taken] ?? ''))
    taken += 2;
  return taken;
}

function match(words: readonly string[], at: number, left: unknown, before: number): [number, unknown] {
  if (words[at] === 'vmap') {
    const { taken, inner } = bracesAt(words, at + 1);
    const data = inner ? { set: elementsOf(inner) } : words[at + 1];
    return [before + 1 + taken, { vmap: { key: left, data } }];
  }
  if (words[at] === 'set') return [words.length, { unknown: 'set' }];
  const op = OPERATORS.includes(words[at] ?? '') ? words[at] : undefined;
  const from = op === undefined ? at : at + 1;
  const { taken, inner } = bracesAt(words, from);
  if (inner) return [before + (from - at) + taken, made(op, left, { set: elementsOf(inner) })];
  // `established,related`: any of them.
  let end = from + 1;
  while (words[end] === ',') end += 2;
  const listed = words.slice(from, end).filter((word) => word !== ',');
  const right = listed.length > 1 ? listed.map(readValue) : readValue(listed[0] ?? '');
  return [before + end - at, made(op, left, right)];
}

function made(op: string | undefined, left: unknown, right: unknown): unknown {
  return { match: { op: op ?? '==', left, right } };
}

/** The words within `{ … }` at a place; undefined where there are none. `taken`: with the braces, or one word. */
function bracesAt(words: readonly string[], at: number): { taken: number; inner: readonly string[] | undefined } {
  if (words[at] !== '{') return { taken: 1, inner: undefined };
  const end = words.indexOf('}', at);
  const last = end < 0 ? words.length : end;
  return { taken: last - at + 1, inner: words.slice(at + 1, last) };
}
