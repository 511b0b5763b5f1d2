import { commandLine } from '#main/hosts';
import { commandOf, programCommand, type ServerStep } from '#main/server-steps';
import { type Message, message } from '#shared/domain';

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
  step: ServerStep | null;
  /** Does the same as another one: either is enough, and this one is not applied. */
  isAlternative: boolean;
}

export const ROUTER_HOST = 'router';

export type Params = Record<string, string | number>;

/** An item that its step says all of. `why` names its sentence. */
export function stepItem(host: string, id: string, step: ServerStep, why: string, params: Params = {}): SetupItem {
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

function placeOf(step: ServerStep): Place {
  return step.kind === 'file' || step.kind === 'line' || step.kind === 'ini'
    ? { kind: 'file', path: step.path }
    : { kind: 'command' };
}

function contentOf(step: ServerStep): string {
  switch (step.kind) {
    case 'file':
      return step.content;
    case 'line':
      return `${step.line}\n`;
    case 'ini':
      return iniText(step.values);
    case 'require':
      return `${step.programs.map((program) => commandLine(programCommand(program))).join('\n')}\n`;
    default:
      return `${commandLine(commandOf(step))}\n`;
  }
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
