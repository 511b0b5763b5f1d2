import type { z } from 'zod';
import type { NodeValue } from '#core/zookeeper';
import { message, parseRecord, RecordError, type Registration, registrationSchema } from '#shared/domain';
import type { Seen, SeenRegistration } from './port.ts';

/** Nothing seen yet. */
export function unseen<T>(): Seen<T> {
  return { value: null, version: null, lastGood: null, problem: null };
}

/** Before anything was heard of an instance. */
export function unseenRegistration(): SeenRegistration {
  return { ...unseen<Registration>(), present: false, sinceMs: null, sessionId: null };
}

/** What a watched node says now. Hostile bytes become a problem; the last good value stays beside it. */
export function seenRecord<T>(
  before: Seen<T>,
  path: string,
  schema: z.ZodType<T>,
  node: NodeValue | undefined,
): Seen<T> {
  if (!node) return { ...before, value: null, version: null, problem: null };
  const version = node.stat.version;
  try {
    const value = parseRecord(schema, path, node.data);
    return { value, version, lastGood: value, problem: null };
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    const problem = message('failover.recordUnreadable', { path, reason: error.message.slice(0, 300) });
    return { ...before, value: null, version, problem };
  }
}

/** Whose registration a path is for. */
export interface RegistrationPlace {
  path: string;
  system: string;
  node: string;
  instance: string;
}

/**
 * A registration as seen. One that names another instance than its path, or that no session owns, is no sign of life:
 * it is shown as a problem.
 */
export function seenRegistration(
  before: SeenRegistration,
  place: RegistrationPlace,
  node: NodeValue | undefined,
): SeenRegistration {
  const record = seenRecord(before, place.path, registrationSchema, node);
  const ownership = {
    present: node !== undefined,
    sinceMs: node?.stat.ctimeMs ?? null,
    sessionId:
      node && node.stat.ephemeralOwner !== 0n ? `0x${BigInt.asUintN(64, node.stat.ephemeralOwner).toString(16)}` : null,
  };
  if (!record.value) return { ...record, ...ownership };
  const problem = registrationProblem(record.value, place, ownership.sessionId);
  if (!problem) return { ...record, ...ownership };
  return { ...record, ...ownership, value: null, lastGood: before.lastGood, problem };
}

function registrationProblem(found: Registration, place: RegistrationPlace, sessionId: string | null) {
  if (found.instance !== place.instance || found.node !== place.node || found.system !== place.system)
    return message('failover.registrationElsewhere', {
      path: place.path,
      found: `${found.system}/${found.node}/${found.instance}`,
    });
  if (sessionId === null) return message('failover.registrationNotEphemeral', { path: place.path });
  return null;
}
