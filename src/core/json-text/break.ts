/** What may stand at a place. `first` and `firstKey`: the container may end there as well, being empty. */
type Expected = 'value' | 'first' | 'key' | 'firstKey' | 'colon' | 'next';

const SPACE = /[ \t\r\n]*/y;
/** Anything from the blank on but `"` and `\`, and what a backslash makes of the rest. */
const STRING = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*"/y;
const PLAIN = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

/**
 * The character offset from which a text that `JSON.parse` has refused is no JSON: of the first token that cannot stand
 * there, or the text's end where it breaks off. `JSON.parse` itself does not always say, and quotes what stands there.
 */
export function jsonBreak(text: string): number {
  const open: ('{' | '[')[] = [];
  let expected: Expected | 'end' = 'value';
  for (let at = spaceFrom(text, 0); at < text.length; at = spaceFrom(text, at)) {
    const end = tokenEnd(text, at, expected, open);
    if (end === undefined) return at;
    expected = expectedAfter(text[at] ?? '', expected, open);
    at = end;
  }
  return text.length;
}

/** Where the token at a place ends; undefined: none that may stand there. */
function tokenEnd(text: string, at: number, expected: Expected | 'end', open: readonly string[]): number | undefined {
  const char = text[at] ?? '';
  const closing = open.at(-1) === '{' ? '}' : ']';
  switch (expected) {
    case 'end':
      return undefined;
    case 'colon':
      return char === ':' ? at + 1 : undefined;
    case 'next':
      return char === ',' || char === closing ? at + 1 : undefined;
    case 'key':
    case 'firstKey':
      return expected === 'firstKey' && char === closing ? at + 1 : matchEnd(STRING, text, at);
    default:
      if ((expected === 'first' && char === closing) || char === '{' || char === '[') return at + 1;
      return matchEnd(char === '"' ? STRING : PLAIN, text, at);
  }
}

/** What follows a token, by its first character; containers are opened and closed. */
function expectedAfter(char: string, expected: Expected | 'end', open: ('{' | '[')[]): Expected | 'end' {
  if (expected === 'colon') return 'value';
  if (char === '{' || char === '[') {
    open.push(char);
    return char === '{' ? 'firstKey' : 'first';
  }
  if (char === ',') return open.at(-1) === '{' ? 'key' : 'value';
  if (char === '}' || char === ']') open.pop();
  else if (expected === 'key' || expected === 'firstKey') return 'colon';
  return open.length === 0 ? 'end' : 'next';
}

function spaceFrom(text: string, at: number): number {
  return matchEnd(SPACE, text, at) ?? at;
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
