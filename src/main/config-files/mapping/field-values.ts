import { type Message, message } from '#shared/domain';
import { forbiddenCharacter } from '../xml/writing.ts';
import type { FieldType } from './fields.ts';

const HOST = /^[^\s/]+$/;
const NAME = /^(?!\.{1,2}$)[^/\p{Cc}\p{Cs}\ufff0-\uffff]+$/u;
const CHROOT = /^(\/[^/\s]+)*$/;
const SERVER = /^(\[[0-9a-fA-F:]+\]|[^\s:,/[\]]+):\d{1,5}$/;
const MOST_CHARACTERS = 1_024;

/** What is wrong with a field's value, as a sentence; undefined: nothing. Values are text, in our own units. */
export function valueProblem(type: FieldType, value: string): Message | undefined {
  const forbidden = forbiddenCharacter(value);
  if (forbidden !== undefined || /\p{Cc}/u.test(value)) return message('configFile.value.control');
  if (value.length > MOST_CHARACTERS) return message('configFile.value.long', { most: MOST_CHARACTERS });
  switch (type.kind) {
    case 'port':
      return integerProblem(value, 1, 65_535);
    case 'integer':
      return integerProblem(value, type.min, type.max);
    case 'duration':
      return integerProblem(value, type.minMs, type.maxMs);
    case 'choice':
      return type.values.includes(value)
        ? undefined
        : message('configFile.value.choice', { values: type.values.join(', ') });
    case 'name':
      // Nobody sees them, and the node of that name would not be the one that is looked for (F2).
      if (value !== value.trim()) return message('configFile.value.edges');
      return !NAME.test(value) || value.length > type.most
        ? message('configFile.value.name', { most: type.most })
        : undefined;
    case 'host':
      return !HOST.test(value) || value.length > 255 ? message('configFile.value.host') : undefined;
    case 'connectString':
      return isConnectString(value) ? undefined : message('configFile.value.connectString');
    case 'chroot':
      return CHROOT.test(value) ? undefined : message('configFile.value.chroot');
    case 'path':
      return value.trim() === '' ? message('configFile.value.path') : undefined;
    case 'text':
      return value === '' || value.length > type.most
        ? message('configFile.value.text', { most: type.most })
        : undefined;
  }
}

function integerProblem(value: string, min: number, max: number): Message | undefined {
  const isInteger = /^(0|[1-9]\d{0,15})$/.test(value);
  const number = Number(value);
  return isInteger && number >= min && number <= max ? undefined : message('configFile.value.integer', { min, max });
}

function isConnectString(value: string): boolean {
  return value.split(',').every((server) => {
    const port = Number(server.slice(server.lastIndexOf(':') + 1));
    return SERVER.test(server) && port >= 1 && port <= 65_535;
  });
}
