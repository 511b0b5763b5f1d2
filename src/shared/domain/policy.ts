import { z } from 'zod';
import { type Approval, foundApproval, foundLoosening, type Loosening } from './approval.ts';
import { type FoundCalendar, foundCalendar } from './calendar.ts';
import { operatorSchema } from './operator.ts';
import { type PolicyMode, policyModeSchema } from './policy-mode.ts';

/**
 * A pair's policy: what consoles may do by themselves, and every time-out and guard they go by. It lives in ZooKeeper
 * (`/policy`, persistent), so that every console obeys the same. Each default's reason is a sentence of the catalogues,
 * `policy.why.{name}`.
 */
const whole = (min: number, max: number) => z.number().int().min(min).max(max);

const timeoutShape = {
  /** Longest wait for a beat's reply. */
  beatTimeoutMs: whole(50, 60_000),
  /** Longest wait for a t2 connection. */
  connectMs: whole(50, 60_000),
  /** Longest time that a t2 frame may take from its first byte to its last. */
  frameMs: whole(100, 60_000),
  /** A t2 connection on which nothing has come for so long is made anew, and then in waits that double. */
  quietConnectionMs: whole(100, 600_000),
  /** The longest of those waits. */
  longestQuietMs: whole(100, 3_600_000),
  /** No reply for this long makes an instance silent. */
  silentAfterMs: whole(100, 300_000),
  /** Evidence older than this counts for nothing. */
  evidenceMaxAgeMs: whole(100, 300_000),
  /** A stall of the console longer than this makes it doubt itself until fresh evidence has come in. */
  tiltStallMs: whole(100, 60_000),
  /** How long an instance that ZooKeeper has let go is given to answer the beat that is sent for that reason. */
  confirmMs: whole(10, 60_000),
  /** How long the instance that the route names may take, started anew, to claim it: its clients have nobody until then. */
  claimWithinMs: whole(1_000, 86_400_000),
  /** Longest wait for a look at a process on its server, or at an instance from the other one's server. */
  processCheckMs: whole(100, 60_000),
  /** How often a process of this machine is looked at while its instance answers. */
  localLookMs: whole(100, 3_600_000),
  /** How often a process is looked at over SSH while its instance answers. */
  hostLookMs: whole(1_000, 3_600_000),
  /** Longest wait for the answer to one question of the procedure; the step's own time-out covers all of them. */
  questionMs: whole(50, 60_000),
  /** Longest wait for the answer to one 45184006: what became of it is asked after that. */
  promoteCallMs: whole(50, 60_000),
  /** What keeps a console from acting is told to the others after this long. */
  unableAfterMs: whole(50, 60_000),
  /** Who could not act says that it can again after this long without a reason. */
  ableAfterMs: whole(0, 600_000),
  /** A switchover that failed before it changed anything is tried again after this long, then in waits that double. */
  retryAfterMs: whole(100, 3_600_000),
  /** The longest of those waits. */
  longestRetryMs: whole(100, 86_400_000),
  /** A switchover of unknown outcome is left alone this long by the console that ran it. */
  resumeAfterMs: whole(0, 600_000),
  /** A standby that is behind for no longer than this has caught up. */
  caughtUpMs: whole(1, 60_000),
  /** One that is behind for longer is worth a note before a switchover. */
  lagNoteMs: whole(1, 3_600_000),
  /** A look at the servers that is older is made again before a planned switchover begins. */
  readinessMaxAgeMs: whole(1_000, 86_400_000),
  /** How long that look may take. */
  readinessLookMs: whole(100, 120_000),
  lockMs: whole(100, 300_000),
  /** A planned switchover: how long the standby may take to catch up before anything is touched. */
  drainMs: whole(100, 300_000),
  closeRouteMs: whole(100, 300_000),
  /** Long enough for ZooKeeper to expire the old primary's session. */
  proveOldOutMs: whole(100, 600_000),
  /** How long other proofs are waited for before a fence hook is run that is only one more way to one. */
  hookAfterMs: whole(0, 300_000),
  promoteMs: whole(100, 300_000),
  loadMs: whole(100, 3_600_000),
  completeMs: whole(100, 300_000),
  verifyMs: whole(100, 300_000),
  openRouteMs: whole(100, 300_000),
  /** How long the first good beat is waited for, so that the outage is known; the switchover itself is over by then. */
  reportMs: whole(100, 300_000),
  /** A planned switchover: how long the old primary is waited for as the new standby. */
  restartOldMs: whole(100, 600_000),
  /** How long of that the old primary is given to come back by itself before its start command is run. */
  startAfterMs: whole(0, 600_000),
  /** A command of the old instance that failed is run again after this long, then in waits that double. */
  commandRetryMs: whole(10, 600_000),
  /** The longest of those waits. */
  longestCommandRetryMs: whole(10, 600_000),
  /** A step that waits for a proof asks the operator for one after this long. */
  askAfterMs: whole(0, 600_000),
  /** How long what an operator was shown before a promotion counts. */
  ticketLifeMs: whole(1_000, 3_600_000),
  /** How long a request for another operator's approval counts, and the approval with it. */
  approvalLifeMs: whole(10_000, 86_400_000),
};
export type TimeoutName = keyof typeof timeoutShape;
export type Timeouts = Record<TimeoutName, number>;
export const TIMEOUT_NAMES = Object.keys(timeoutShape) as TimeoutName[];
/** Whether that is the name of a time-out, and not of another number of the policy. */
export function isTimeoutName(name: string): name is TimeoutName {
  return Object.hasOwn(timeoutShape, name);
}

export const TIMEOUT_DEFAULTS: Timeouts = {
  beatTimeoutMs: 1_000,
  connectMs: 3_000,
  frameMs: 5_000,
  quietConnectionMs: 3_000,
  longestQuietMs: 60_000,
  silentAfterMs: 3_000,
  evidenceMaxAgeMs: 5_000,
  tiltStallMs: 1_500,
  confirmMs: 250,
  claimWithinMs: 60_000,
  processCheckMs: 2_000,
  localLookMs: 2_000,
  hostLookMs: 10_000,
  questionMs: 1_000,
  promoteCallMs: 1_500,
  unableAfterMs: 500,
  ableAfterMs: 5_000,
  retryAfterMs: 2_000,
  longestRetryMs: 120_000,
  resumeAfterMs: 3_000,
  caughtUpMs: 250,
  lagNoteMs: 1_000,
  readinessMaxAgeMs: 60_000,
  readinessLookMs: 10_000,
  lockMs: 5_000,
  drainMs: 10_000,
  closeRouteMs: 5_000,
  proveOldOutMs: 30_000,
  hookAfterMs: 1_000,
  promoteMs: 5_000,
  loadMs: 120_000,
  completeMs: 10_000,
  verifyMs: 10_000,
  openRouteMs: 5_000,
  reportMs: 3_000,
  restartOldMs: 30_000,
  startAfterMs: 3_000,
  commandRetryMs: 1_000,
  longestCommandRetryMs: 5_000,
  askAfterMs: 2_000,
  ticketLifeMs: 60_000,
  approvalLifeMs: 600_000,
};

/** Some of the time-outs: the others are as whatever stands behind says. */
export const timeoutOverridesSchema = z.object(timeoutShape).partial();
/** All of them: what is not given is the product's default. */
export const timeoutsSchema = timeoutOverridesSchema.transform((given): Timeouts => layered(TIMEOUT_DEFAULTS, given));

/**
 * What an automatic failover has to rest on. `two-classes`: any two that fail for different causes, one of them host or
 * coordination. `host`: a look at the server that found the process dead, whatever else there is.
 */
export const requiredEvidenceSchema = z.enum(['two-classes', 'host']);
export type RequiredEvidence = z.infer<typeof requiredEvidenceSchema>;

/** Automatic failovers that are carried from record to record; more of them no cap could count. */
export const MAX_CARRIED_FAILOVERS = 100;

const limitShape = {
  /** An automatic switchover may lose at most so many acknowledged records. */
  maxLossRecords: whole(0, 1_000_000_000),
  /** After an automatic failover is complete none begins for this long; 0: no cooldown. */
  cooldownMs: whole(0, 86_400_000),
  /** At most so many automatic failovers are completed in 24 hours; 0: no cap. */
  maxPerDay: whole(0, MAX_CARRIED_FAILOVERS),
  /** A switchover that failed for certain is followed by another of its own at most so often in a row. */
  maxFailures: whole(1, 100),
  /** So many pairs of a console that come into trouble together have a common cause. */
  breakerPairs: whole(2, 500),
  /** Together: within this long of each other. */
  breakerWindowMs: whole(1_000, 3_600_000),
  /** A primary that is unreachable for so long and yet registered is switched over in an orderly way; 0: never. */
  unreachableSwitchMs: whole(0, 86_400_000),
  /** A primary that has started so often within `crashLoopWindowMs` is switched over in an orderly way; 0: never. */
  crashLoopStarts: whole(0, 100),
  crashLoopWindowMs: whole(1_000, 3_600_000),
  /** A promotion that may lose acknowledged records needs so many operators: 2, one who asks and another who approves. */
  lossOperators: whole(1, 2),
  /** A stop or start command that fails is run at most so often. */
  commandTries: whole(1, 100),
};
export type LimitName = keyof typeof limitShape;
export const LIMIT_NAMES = Object.keys(limitShape) as LimitName[];

const LIMIT_DEFAULTS: Record<LimitName, number> = {
  maxLossRecords: 0,
  cooldownMs: 600_000,
  maxPerDay: 3,
  maxFailures: 5,
  breakerPairs: 3,
  breakerWindowMs: 60_000,
  unreachableSwitchMs: 0,
  crashLoopStarts: 3,
  crashLoopWindowMs: 120_000,
  lossOperators: 1,
  commandTries: 3,
};

/** The smallest and the largest that each number of the policy may be. */
export const POLICY_RANGES: Record<TimeoutName | LimitName, { min: number; max: number }> = Object.fromEntries(
  Object.entries({ ...timeoutShape, ...limitShape }).map(([name, { minValue, maxValue }]) => [
    name,
    { min: minValue ?? 0, max: maxValue ?? Number.MAX_SAFE_INTEGER },
  ]),
) as Record<TimeoutName | LimitName, { min: number; max: number }>;

/** What an environment says for all of its pairs, and a pair for itself: only what differs. */
export const policyOverridesSchema = z.object({
  timeouts: timeoutOverridesSchema.default({}),
  ...z.object(limitShape).partial().shape,
  evidence: requiredEvidenceSchema.optional(),
});
export type PolicyOverrides = z.input<typeof policyOverridesSchema>;

/** The whole of what a policy sets; what is not given is the product's default. */
export interface PolicySettings extends Record<LimitName, number> {
  mode: PolicyMode;
  timeouts: Timeouts;
  evidence: RequiredEvidence;
}

/** The settings that result from layers, the later the stronger, over the product's defaults. */
export function policySettings(mode: PolicyMode, ...layers: readonly PolicyOverrides[]): PolicySettings {
  const start: PolicySettings = { mode, timeouts: TIMEOUT_DEFAULTS, evidence: 'two-classes', ...LIMIT_DEFAULTS };
  return layers.reduce<PolicySettings>(
    (below, { timeouts = {}, ...rest }) => ({ ...layered(below, rest), timeouts: layered(below.timeouts, timeouts) }),
    start,
  );
}

/** A number of the policy, or the evidence it asks for. */
export type PolicyName = LimitName | TimeoutName | 'evidence';
/** Where a value of a policy in force comes from; `page`: an operator has changed it since it was written. */
export type PolicyOrigin = 'product' | 'environment' | 'pair' | 'page';

/**
 * Where each value of the settings in force comes from. One that was changed to what is configured anyway counts as
 * configured.
 */
export function policyOrigins(
  settings: PolicySettings,
  environment: PolicyOverrides,
  pair: PolicyOverrides,
): Record<PolicyName, PolicyOrigin> {
  const configured = policySettings(settings.mode, environment, pair);
  const names: readonly PolicyName[] = [...LIMIT_NAMES, ...TIMEOUT_NAMES, 'evidence'];
  const originOf = (name: PolicyName): PolicyOrigin => {
    if (settingOf(settings, name) !== settingOf(configured, name)) return 'page';
    if (settingOf(pair, name) !== undefined) return 'pair';
    return settingOf(environment, name) === undefined ? 'product' : 'environment';
  };
  return Object.fromEntries(names.map((name) => [name, originOf(name)])) as Record<PolicyName, PolicyOrigin>;
}

function settingOf(settings: PolicyOverrides, name: PolicyName): number | string | undefined {
  const limits: { [K in PolicyName]?: number | string | undefined } = settings;
  const timeouts: { [K in PolicyName]?: number | undefined } = settings.timeouts ?? {};
  return limits[name] ?? timeouts[name];
}

/** `below`, but for what is given: a name without a value takes nothing away. */
function layered<T extends object>(below: T, given: { [K in keyof T]?: T[K] | undefined }): T {
  return { ...below, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}

/** Why a maintenance is held, in the operator's own words. */
export const maintenanceReasonSchema = z.string().trim().min(1).max(200);
/** The longest maintenance that can be asked for at a time. */
export const MAX_MAINTENANCE_MS = 7 * 86_400_000;

/** While it lasts nothing automatic begins. It is over at `untilMs` by itself, whoever is there to end it. */
export const maintenanceSchema = z.object({
  operator: operatorSchema,
  reason: maintenanceReasonSchema,
  sinceMs: z.number().min(0),
  untilMs: z.number().min(0),
});
export type Maintenance = z.infer<typeof maintenanceSchema>;

/** An operator's word that a very process is off: a proof for that incarnation, at that epoch of the route. */
export const attestationSchema = z.object({
  instance: z.string().min(1).max(64),
  incarnation: z.string().min(1).max(64),
  epoch: z.number().int().min(0),
  operator: operatorSchema,
  atMs: z.number().min(0),
});
export type Attestation = z.infer<typeof attestationSchema>;

/** `/policy` as it is kept. Records of earlier consoles have less in them: the defaults stand in. */
export const policyRecordSchema = z
  .object({
    version: z.literal(1),
    mode: policyModeSchema,
    ...policyOverridesSchema.shape,
    /** Read apart: a calendar that does not fit its schema must not make the rest unreadable. */
    calendar: z.unknown().optional(),
    maintenance: maintenanceSchema.nullable().default(null),
    /** Read apart, both, as the calendar is. */
    approval: z.unknown().optional(),
    loosening: z.unknown().optional(),
    /** The automatic failover whose cooldown an operator has ended. */
    cooldownCleared: z
      .object({ operationId: z.string().min(1).max(64) })
      .nullable()
      .default(null),
    /** The last word of an operator that an instance is off; null: none was given. */
    attested: attestationSchema.nullable().default(null),
    /** Who changed the record last, at which console; null: it is as it was made. */
    changed: z
      .object({ operator: operatorSchema.nullable(), console: z.string().max(128), atMs: z.number().min(0) })
      .nullable()
      .default(null),
  })
  .transform(
    ({ version, mode, calendar, maintenance, approval, loosening, cooldownCleared, attested, changed, ...given }) => ({
      version,
      ...policySettings(mode, given),
      calendar: foundCalendar(calendar) as FoundCalendar,
      maintenance,
      approval: foundApproval(approval) as Approval | null,
      loosening: foundLoosening(loosening) as Loosening | null,
      cooldownCleared,
      attested,
      changed,
    }),
  );
export type PolicyRecord = z.infer<typeof policyRecordSchema>;

/** The record of a pair that has none yet. */
export function newPolicyRecord(settings: PolicySettings): PolicyRecord {
  return {
    version: 1,
    ...settings,
    calendar: null,
    maintenance: null,
    approval: null,
    loosening: null,
    cooldownCleared: null,
    attested: null,
    changed: null,
  };
}

const settingsOfRecords = new WeakMap<PolicyRecord, PolicySettings>();

/** The settings of a record, without what has happened to the pair. The same for the same record. */
export function settingsOf(record: PolicyRecord): PolicySettings {
  const known = settingsOfRecords.get(record);
  if (known !== undefined) return known;
  const settings = withoutEvents(record);
  settingsOfRecords.set(record, settings);
  return settings;
}

function withoutEvents(record: PolicyRecord): PolicySettings {
  const {
    version: _v,
    calendar: _k,
    maintenance: _m,
    approval: _p,
    loosening: _l,
    cooldownCleared: _c,
    attested: _a,
    changed: _w,
    ...settings
  } = record;
  return settings;
}

/** A change of a policy: what is given becomes so, everything else stays. */
export const policyChangeSchema = policyOverridesSchema.extend({ mode: policyModeSchema.optional() }).strict();
export type PolicyChange = z.input<typeof policyChangeSchema>;

/** The record with a change made: what it gives becomes so, everything else stays. */
export function withPolicyChange(record: PolicyRecord, { mode = record.mode, ...change }: PolicyChange): PolicyRecord {
  const { mode: _before, ...settings } = settingsOf(record);
  return { ...record, ...policySettings(mode, settings, change) };
}
