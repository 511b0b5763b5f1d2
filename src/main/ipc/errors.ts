import { ZooKeeperError } from '#core/zookeeper';
import type { WireError } from '#shared/contract';
import { type Message, message } from '#shared/domain';

/** A command that was not done, with what the screen needs to say why. */
export class CommandError extends Error {
  readonly wire: WireError;
  constructor(code: WireError['code'], reason: Message, where: { instance?: string; step?: string } = {}) {
    super(`${code}: ${reason.key}`);
    this.name = 'CommandError';
    this.wire = { code, message: reason, ...where };
  }
}

const CODES: ReadonlySet<unknown> = new Set<WireError['code']>([
  'invalid',
  'not-found',
  'refused',
  'unavailable',
  'internal',
]);

const ownField = (error: Error, name: string): unknown => (error as unknown as Record<string, unknown>)[name];

function isMessage(value: unknown): value is Message {
  return (
    typeof value === 'object' &&
    value !== null &&
    'key' in value &&
    typeof value.key === 'string' &&
    'params' in value &&
    typeof value.params === 'object'
  );
}

/**
 * An error as the screen may see it: never a stack, never another module's English. Other modules' typed errors are
 * known by what they carry: a catalogue message in `reason`, `said` or `detail`, and where they have them `code`, `instance`, `step`.
 * Undefined for an error that nobody meant for a person: a defect.
 */
export function toWireError(error: unknown): WireError | undefined {
  if (error instanceof CommandError) return error.wire;
  if (error instanceof ZooKeeperError)
    return { code: 'unavailable', message: message('error.zookeeper', { path: error.path, code: error.code }) };
  if (!(error instanceof Error)) return undefined;
  const said = ['reason', 'said', 'detail'].map((name) => ownField(error, name)).find(isMessage);
  if (!said) return undefined;
  const code = ownField(error, 'code');
  const wire: WireError = {
    code: CODES.has(code) ? (code as WireError['code']) : 'refused',
    message: message(said.key, said.params),
  };
  const [instance, step] = [ownField(error, 'instance'), ownField(error, 'step')];
  if (typeof instance === 'string') wire.instance = instance;
  if (typeof step === 'string') wire.step = step;
  return wire;
}
