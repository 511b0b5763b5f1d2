import type { PlannedCommand } from '#shared/contract';
import {
  type CommandConfig,
  type CommandPurpose,
  type CommandRun,
  type CommandValues,
  type FenceHook,
  type FilledCommand,
  fillCommand,
  message,
  type ProcessIdentity,
  type SwitchoverRecord,
  shownCommand,
} from '#shared/domain';
import { incarnationOf } from './attestation.ts';
import type { InstanceFacts, PairFacts, SetCommands } from './facts.ts';
import { stepsDownByRoute } from './proof.ts';

/** The switchover that a command belongs to, as far as it is known. */
export interface CommandOccasion {
  to: string;
  planned: boolean;
  epoch: number;
  fromIncarnation: string | null;
  fromProcess: ProcessIdentity | null;
  /** Not known before the switchover has begun. */
  token: string | null;
  operationId: string | null;
}

/** What stands for the placeholders of an instance's commands. Pure. */
export function commandValues({ given }: SetCommands, occasion: CommandOccasion): CommandValues {
  const { to, planned, epoch, token, operationId, fromIncarnation, fromProcess } = occasion;
  return {
    ...given,
    to,
    epoch: String(epoch),
    kind: planned ? 'planned' : 'failover',
    ...(token === null ? {} : { token }),
    ...(operationId === null ? {} : { operation: operationId }),
    ...(fromIncarnation === null ? {} : { incarnation: fromIncarnation }),
    ...(fromProcess === null
      ? {}
      : { pid: String(fromProcess.pid), startTime: fromProcess.startTime, bootId: fromProcess.bootId }),
  };
}

/** The fence hook of an instance, where one is configured. */
export function fenceHookOf(instance: InstanceFacts | undefined): FenceHook | undefined {
  return instance?.commands?.fence;
}

/**
 * The old primary's stop command, where it is wanted: of one that steps down by itself nothing has to be stopped.
 */
export function stopCommandOf(old: InstanceFacts, peer: InstanceFacts | undefined): CommandConfig | undefined {
  return stepsDownByRoute(old.ledger, peer?.ledger) ? undefined : old.commands?.stop;
}

/** The latest run of a purpose in a switchover; undefined: there was none. */
export function runOf({ commands }: SwitchoverRecord, purpose: CommandPurpose): CommandRun | undefined {
  return commands?.find((run) => run.purpose === purpose);
}

/**
 * The process of an instance that the incarnation names: as it is registered, or as the last switchover took it down. A
 * console that came later has never seen the registration of one that ended before.
 */
export function processOf({ record }: PairFacts, instance: InstanceFacts, incarnation: string | null) {
  if (incarnation === null) return null;
  const { name, lastRegistration } = instance.ledger;
  if (lastRegistration?.incarnation === incarnation) return lastRegistration.process;
  if (record?.to === name && record.target?.incarnation === incarnation) return record.target.process;
  return (record?.from === name && record.fromIncarnation === incarnation && record.fromProcess) || null;
}

/** What a switchover that begins now would hand to its commands. */
export function occasionAhead(facts: PairFacts, old: InstanceFacts, to: string, planned: boolean): CommandOccasion {
  const fromIncarnation = incarnationOf(facts, old);
  const fromProcess = processOf(facts, old, fromIncarnation);
  const epoch = (facts.route?.epoch ?? 0) + 1;
  return { to, planned, epoch, fromIncarnation, fromProcess, token: null, operationId: null };
}

/** The hook of the instance that is to be out, filled as far as can be known; undefined: there is none. Pure. */
export function fenceAhead(facts: PairFacts, old: InstanceFacts, to: string, planned: boolean) {
  const { commands } = old;
  if (!commands?.fence) return undefined;
  // What only a begun switchover knows is certain to be there by then.
  const later: CommandValues = { token: '0', operation: '0' };
  const values = { ...commandValues(commands, occasionAhead(facts, old, to, planned)), ...later };
  const filled: FilledCommand = fillCommand(commands.fence.arguments, values);
  return { hook: commands.fence, filled };
}

/** The commands of a switchover's step, exactly as they would be run, and when. Pure; nothing is run. */
export function plannedCommands(
  facts: PairFacts,
  old: InstanceFacts,
  to: InstanceFacts | undefined,
  planned: boolean,
): Record<'prove-old-out' | 'restart-old', PlannedCommand[]> {
  const { commands } = old;
  if (!commands) return { 'prove-old-out': [], 'restart-old': [] };
  const values = commandValues(commands, occasionAhead(facts, old, to?.ledger.name ?? '', planned));
  const { hookAfterMs, startAfterMs } = facts.timeouts;
  const seconds = { hookSeconds: hookAfterMs / 1_000, startSeconds: startAfterMs / 1_000 };
  const shown = (purpose: CommandPurpose, command: CommandConfig | undefined, when: string): PlannedCommand[] =>
    command
      ? [
          {
            purpose,
            arguments: shownCommand(command.arguments, values),
            timeoutMs: command.timeoutMs,
            when: message(`plan.command.${when}`, { instance: old.ledger.name, ...seconds }),
          },
        ]
      : [];
  const stop = planned ? stopCommandOf(old, to) : undefined;
  const fence = commands.fence?.required ? (planned ? 'fencePlanned' : 'fenceRequired') : 'fenceOptional';
  return {
    'prove-old-out': [...shown('stop', stop, 'stop'), ...shown('fence', commands.fence, fence)],
    'restart-old': planned
      ? shown('start', commands.start, stop || commands.fence?.required ? 'startStopped' : 'start')
      : [],
  };
}
