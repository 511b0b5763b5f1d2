/** One step of a path: children of this name that meet every condition. */
export interface Step {
  name: string;
  conditions: Condition[];
}

export type Condition =
  | { kind: 'attribute'; name: string; value: string }
  | { kind: 'child'; name: string; value: string }
  /** From 1, among those that the conditions before it leave. */
  | { kind: 'position'; position: number };

/** Where a value stands: elements from the root down, then an attribute, or null for the element's own text. */
export interface Selector {
  steps: Step[];
  attribute: string | null;
}

const NAME = String.raw`[^\s/@[\]='"<>&!?()*,;|]+`;
const STEP = new RegExp(`/(${NAME})`, 'y');
const CONDITION = new RegExp(String.raw`\[\s*(?:(@?)(${NAME})\s*=\s*(?:'([^']*)'|"([^"]*)")|([1-9]\d{0,6}))\s*\]`, 'y');
const ATTRIBUTE = new RegExp(`/@(${NAME})$`, 'y');
const TEXT = /\/text\(\)$/y;
const MAX_LENGTH = 4_096;

/**
 * Reads a selector, a small part of XPath: `/a/b[@name='x']/@port`, `/a/b[name='x']/value`, `/a/b[2]/text()`. Undefined
 * where it is none; `*`, `//` and everything else of XPath are none.
 */
export function parseSelector(text: string): Selector | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const steps: Step[] = [];
  let at = 0;
  const next = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at += found[0].length;
    return found;
  };
  while (at < text.length) {
    const attribute = steps.length > 0 ? next(ATTRIBUTE) : null;
    if (attribute?.[1] !== undefined) return { steps, attribute: attribute[1] };
    if (steps.length > 0 && next(TEXT)) return { steps, attribute: null };
    const step = next(STEP);
    if (step?.[1] === undefined) return undefined;
    steps.push({ name: step[1], conditions: conditions(next) });
  }
  return steps.length > 0 ? { steps, attribute: null } : undefined;
}

function conditions(next: (pattern: RegExp) => RegExpExecArray | null): Condition[] {
  const found: Condition[] = [];
  for (;;) {
    const match = next(CONDITION);
    if (!match) return found;
    const [, at, name, single, double, position] = match;
    if (position !== undefined) found.push({ kind: 'position', position: Number(position) });
    else found.push({ kind: at === '@' ? 'attribute' : 'child', name: name ?? '', value: single ?? double ?? '' });
  }
}

/** A selector in writing; `parseSelector` reads it back. */
export function selectorText({ steps, attribute }: Selector): string {
  return steps.map(stepText).join('') + (attribute === null ? '' : `/@${attribute}`);
}

export function stepText({ name, conditions: all }: Step): string {
  return `/${name}${all.map(conditionText).join('')}`;
}

function conditionText(condition: Condition): string {
  if (condition.kind === 'position') return `[${condition.position}]`;
  const quote = condition.value.includes("'") ? '"' : "'";
  return `[${condition.kind === 'attribute' ? '@' : ''}${condition.name}=${quote}${condition.value}${quote}]`;
}

/** Whether a condition can be written for a value: one with both kinds of quotes cannot. */
export function canBeCondition(value: string): boolean {
  return !(value.includes("'") && value.includes('"'));
}
