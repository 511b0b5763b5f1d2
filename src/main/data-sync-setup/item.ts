import { commandLine } from '#main/hosts';
import { type Message, message } from '#shared/domain';
import type { NftChain, SetupStep } from './step.ts';

/** Where a text belongs. */
export type Place = { kind: 'file'; path: string } | { kind: 'command' } | { kind: 'router' };

/** One text to be copied, and the step that does the same; texts without one are for a person to carry out. */
export interface SetupItem {
  /** Unique with `host`. */
  id: string;
  /** The instance on whose server; `router`: none of them. */
  host: string;
  place: Place;
  content: string;
  why: Message;
  step: SetupStep | null;
  /** Does the same as another one: either is enough, and this one is not applied. */
  isAlternative: boolean;
}

export const ROUTER_HOST = 'router';

export type Params = Record<string, string | number>;

/** An item that its step says all of. `why` names its sentence. */
export function stepItem(host: string, id: string, step: SetupStep, why: string, params: Params = {}): SetupItem {
  return {
    id,
    host,
    place: placeOf(step),
    content: contentOf(step),
    why: message(`dataSync.why.${why}`, params),
    step,
    isAlternative: false,
  };
}

/** An item for a person alone. */
export function textItem(
  host: string,
  id: string,
  place: Place,
  content: string,
  why: string,
  params: Params = {},
): SetupItem {
  return { id, host, place, content, why: message(`dataSync.why.${why}`, params), step: null, isAlternative: false };
}

function placeOf(step: SetupStep): Place {
  return step.kind === 'file' || step.kind === 'line' || step.kind === 'ini'
    ? { kind: 'file', path: step.path }
    : { kind: 'command' };
}

function contentOf(step: SetupStep): string {
  switch (step.kind) {
    case 'file':
      return step.content;
    case 'line':
      return `${step.line}\n`;
    case 'ini':
      return iniText(step.values);
    case 'require':
      return `${step.programs.map((program) => commandLine(['which', program])).join('\n')}\n`;
    default:
      return `${commandLine(commandOf(step))}\n`;
  }
}

/** What makes a step that is one command. */
export function commandOf(step: Extract<SetupStep, { kind: 'directory' | 'command' | 'nft-rule' }>): string[] {
  if (step.kind === 'directory') return ['mkdir', '-p', '-m', step.mode, '--', step.path];
  return step.kind === 'command' ? step.argv : nftInsert(step.chain, step.rule, step.comment);
}

/** Puts a rule at the head of a chain: behind what drops it would come too late. */
export function nftInsert({ family, table, chain }: NftChain, rule: readonly string[], comment: string): string[] {
  return ['nft', 'insert', 'rule', family, table, chain, ...rule, 'comment', `"${comment}"`];
}

function iniText(values: readonly { section: string; name: string; value: string }[]): string {
  const sections = [...new Set(values.map(({ section }) => section))];
  return sections
    .map((section) => {
      const own = values.filter((each) => each.section === section);
      return `[${section}]\n${own.map(({ name, value }) => `${name}=${value}\n`).join('')}`;
    })
    .join('');
}
