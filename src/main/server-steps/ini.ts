import type { IniValue } from './step.ts';
import { ours } from './text.ts';

/** A text with values set in it. `foreign`: there were others, and `text` has ours in their places. */
export interface IniChange {
  kind: 'there' | 'added' | 'foreign';
  text: string;
}

/** Sets values in a file of sections, and leaves everything else as it is. Names know no case. Pure. */
export function withValues(text: string, values: readonly IniValue[]): IniChange {
  let kind: IniChange['kind'] = 'there';
  let current = text;
  for (const value of values) {
    const set = withValue(current, value);
    current = set.text;
    if (set.kind === 'foreign' || kind === 'there') kind = set.kind === 'there' ? kind : set.kind;
  }
  return { kind, text: current };
}

function withValue(text: string, { section, name, value }: IniValue): IniChange {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const line = ours(`${name}=${value}`);
  const header = lines.findIndex((each) => sectionOf(each) === section.toLowerCase());
  if (header < 0) return { kind: 'added', text: joined([...lines, `[${section}]`, line]) };
  const next = lines.findIndex((each, index) => index > header && sectionOf(each) !== undefined);
  const end = next < 0 ? lines.length : next;
  const at = lines.findIndex((each, index) => index > header && index < end && nameOf(each) === name.toLowerCase());
  if (at < 0) return { kind: 'added', text: joined(lines.toSpliced(header + 1, 0, line)) };
  if (setValue(lines[at] ?? '') === value) return { kind: 'there', text };
  return { kind: 'foreign', text: joined(lines.with(at, line)) };
}

const joined = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

function sectionOf(line: string): string | undefined {
  return /^\s*\[\s*([^\]"\s]+)\s*\]/.exec(line)?.[1]?.toLowerCase();
}

function nameOf(line: string): string | undefined {
  return /^\s*([^#;=[\s][^=]*?)\s*=/.exec(line)?.[1]?.toLowerCase();
}

function setValue(line: string): string {
  return line
    .slice(line.indexOf('=') + 1)
    .replace(/\s[#;].*$/, '')
    .trim()
    .replace(/^"(.*)"$/, '$1');
}
