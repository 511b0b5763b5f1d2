import { accessOf, lookAtRemount, planFingerprint, remount } from '#main/checks';
import { type Hosts, shownCommand } from '#main/hosts';
import type { InstanceConfig, Message, RemountPlan, RemountReport } from '#shared/domain';
import { message } from '#shared/domain';
import { type Locale, type Said, said, sentence } from '#shared/i18n';

/** Asks a person on the terminal; undefined where there is none. */
export type Ask = ((question: string) => Promise<string>) | undefined;

export interface RemountRequest {
  instance: InstanceConfig;
  dryRun: boolean;
  /** Do not ask first. */
  yes: boolean;
  locale: Locale;
  ask: Ask;
}

/** `unasked`: nobody could be asked; `declined`: the answer was no. */
export type RemountAnswer =
  | RemountReport
  | { outcome: 'unasked' | 'declined'; plan: RemountPlan; steps: []; problem: Message };

/** The configuration does not say how to get there, or what should be mounted. */
export class NotConfigured extends Error {
  readonly said: Message;
  constructor(said: Message) {
    super(said.key);
    this.name = 'NotConfigured';
    this.said = said;
  }
}

/** Plans, asks in proportion, and makes the mount anew. Rejects with NotConfigured, HostAccessError and LookEnded. */
export async function remountAsked(hosts: Hosts, request: RemountRequest): Promise<RemountAnswer> {
  const { instance, locale } = request;
  const { server } = instance;
  const access = accessOf(instance);
  if (!access || !server?.mount) {
    const field = access ? 'server.mount' : 'server.access';
    throw new NotConfigured(message('check.notConfigured', { field }));
  }
  const host = await hosts.open(access, instance.host);
  const plan = await lookAtRemount(host, server.mount);
  if (plan.refusal) return { outcome: 'refused', plan, steps: [], problem: plan.refusal };
  if (request.dryRun) return { outcome: 'planned', plan, steps: [], problem: null };
  if (!request.yes) {
    if (!request.ask) return { outcome: 'unasked', plan, steps: [], problem: message('check.remount.unasked') };
    if (!(await isAgreed(plan, instance.name, request.ask, locale)))
      return { outcome: 'declined', plan, steps: [], problem: message('check.remount.declined') };
  }
  return remount(host, server.mount, planFingerprint(plan));
}

/** Where nothing is taken away a yes is enough; where a mount is, the instance's name has to be typed. */
async function isAgreed(plan: RemountPlan, name: string, ask: NonNullable<Ask>, locale: Locale): Promise<boolean> {
  const takesAway = plan.found.length > 0;
  const question = message(takesAway ? 'check.remount.askName' : 'check.remount.ask', {
    instance: name,
    target: plan.target,
  });
  const answer = (await ask(`${planText(plan, locale)}${sentence(locale, question)} `)).trim();
  return takesAway ? answer === name : /^(y|yes|是)$/i.test(answer);
}

/** What is mounted, what should be, and the commands, for a terminal. */
export function planText({ found, expected, steps, target }: RemountPlan, locale: Locale): string {
  const say = (key: string, params = {}) => sentence(locale, message(key, params));
  const there = found.length > 0 ? found : [say('check.remount.nothing')];
  const commands = steps.map(
    ({ command, when }) => `  ${shownCommand(command)}${when === 'if-needed' ? say('check.remount.ifNeeded') : ''}`,
  );
  return `${[
    say('check.remount.found', { target }),
    ...there.map((line) => `  ${line}`),
    say('check.remount.expected'),
    `  ${expected}`,
    ...(commands.length > 0 ? [say('check.remount.commands'), ...commands] : []),
  ].join('\n')}\n`;
}

/** What `--json` prints of a remount. */
export interface RemountJson {
  pair: string;
  instance: string;
  outcome: RemountAnswer['outcome'];
  target: string;
  found: string[];
  expected: string;
  plan: { kind: string; command: string[]; when: string }[];
  steps: { command: string; result: string; detail: string; tookMs: number }[];
  problem: Said | null;
}

/** What `--json` prints of a remount. */
export function remountJson(
  pair: string,
  instance: string,
  { outcome, plan, steps, problem }: RemountAnswer,
): RemountJson {
  const { target, found, expected } = plan;
  return {
    pair,
    instance,
    outcome,
    target,
    found,
    expected,
    plan: plan.steps,
    steps,
    problem: problem && said(problem),
  };
}

/** What a remount did, for a terminal. */
export function remountText({ outcome, plan, steps, problem }: RemountAnswer, locale: Locale): string {
  const ran = steps.map(
    ({ command, result, detail }) => `${result.padEnd(6)} ${command}${detail === '' ? '' : ` (${detail})`}`,
  );
  const end = problem
    ? sentence(locale, problem)
    : sentence(locale, message(`check.remount.${outcome}`, { target: plan.target }));
  return `${planText(plan, locale)}${[...ran, end].join('\n')}\n`;
}
