import { z } from 'zod';
import {
  approvalReasonSchema,
  type CommandPurpose,
  calendarSchema,
  MAX_MAINTENANCE_MS,
  type Message,
  maintenanceReasonSchema,
  operatorSchema,
  policyChangeSchema,
  type RemountPlan,
  type RemountReport,
  type StepName,
  serverAccessSchema,
} from '#shared/domain';
import { probedStepSchema, type SetupPlan, type SharingTexts, setupStepSchema, setupValuesSchema } from '#shared/setup';
import type { CheckHistoryEntry, CheckRunView } from './check-views.ts';
import type { ProfileList, ProfileSaved, SampleView } from './profile-views.ts';
import type { ConnectionTest, SecretPlace } from './server-views.ts';
import { type BeatColumns, type EventView, PRACTICE_FAULTS } from './views.ts';

/** A pair's key, `environment/pair`. */
const pairKey = z.string().min(3).max(140);
const instance = z.string().min(1).max(64);
/** A draft of setting a pair up. */
const draft = z.string().min(8).max(64);
/** An account of a server, as the console logs in to it, or of an environment's ZooKeeper (`zooKeeperAccount`). */
const account = { host: z.string().min(1).max(255), user: z.string().min(1).max(128) };

/** A file that was chosen on the screen: its name, and its bytes in base64. */
const sample = { file: z.string().max(255), content: z.base64().max(2_000_000) };

/** One thing looked at before a switchover. `unknown` is a result of its own: not looked at is not passed. */
export interface PreflightItem {
  id: string;
  result: 'pass' | 'warn' | 'fail' | 'unknown';
  message: Message;
}
/** One step of a switchover before it is made: what it will do, and how long it may take; null: no time to speak of. */
export interface PlannedStep {
  step: StepName;
  message: Message;
  timeoutMs: number | null;
  /** Programs of the site's own that it would run; absent: none. */
  commands?: PlannedCommand[];
}
/** A program as it would be run: the arguments as they are, but for what only a begun switchover knows. */
export interface PlannedCommand {
  purpose: CommandPurpose;
  arguments: string[];
  timeoutMs: number;
  when: Message;
}
/** A switchover as it would go now. Nothing is done by asking for it, and nothing can be begun with it. */
export interface DryRun {
  pairKey: string;
  to: string;
  from: string | null;
  /** Whether the old primary still serves: a planned switchover, not a failover. */
  planned: boolean;
  /** Whether both serve and it is the operator's to say that `to` stays and `from` goes. */
  choice: boolean;
  /** In order, what will happen: the whole procedure, nothing of which has been done. */
  plan: PlannedStep[];
  checks: PreflightItem[];
  /** What cannot be known from here. */
  unknowns: Message[];
  /** From this pair's own switchovers; null where there was none yet. */
  expectedOutageMs: number | null;
  /**
   * Where present, acknowledged writes may be lost: at most `bound` records; `bound` null: nobody can say how many.
   * Promoting then needs `acceptedLoss` of at least the bound, or ANY_LOSS.
   */
  loss: { bound: number | null; reason: Message } | null;
  /** True where the policy wants another operator's approval of that loss: it is asked for before anything begins. */
  needsApproval: boolean;
  /** Where present, promoting is refused and this says why. */
  refusal: Message | null;
}
/** What Promote… shows before anything is done. */
export interface Preflight extends DryRun {
  /** Handed back with `pair.promote`; it expires at `expiresAtMs`. */
  token: string;
  expiresAtMs: number;
}

/** What a remount would do, before anything is done. */
export interface RemountOffer {
  instance: string;
  /** Where the commands would be run: `localhost`, or `user@host:port`. */
  host: string;
  plan: RemountPlan;
  /** Ties the remount to this plan: when something else is found by then, it is refused. */
  token: string;
  /** What has to be typed, where a mount is taken away; null: nothing is. */
  confirmation: string | null;
}
/** What became of a remount, and what the checks found afterwards; `run` null: they could not be made. */
export interface RemountResult {
  report: RemountReport;
  run: CheckRunView | null;
}

/** A field's problem in a form or a file: where, and a catalogue key that says what. */
export interface FieldProblem {
  path: (string | number)[];
  message: Message;
}
export type SaveResult = { ok: true; id: string } | { ok: false; problems: FieldProblem[] };

/** One value that an import would change; null: it is not there. Values are JSON, cut off where they are long. */
export interface ImportChange {
  place: string;
  before: string | null;
  after: string | null;
}
/** One environment of a file to be imported, beside what is there. */
export interface ImportItem {
  id: string;
  name: string;
  /** How many. */
  pairs: number;
  state: 'new' | 'changed' | 'same';
  /** Of `changed`: what becomes of the one that is there. */
  changes: ImportChange[];
  /** How many more there are than `changes` has. */
  moreChanges: number;
  /** What another environment of this console has in common with it. */
  conflicts: Message[];
  /** Secrets that are not in the file and not stored: what they are for will not work until they are entered. */
  missing: Message[];
}
/** What is wrong with a file, and where: a JSON pointer, and line and column from 1. */
export interface ImportProblem {
  pointer: string;
  line: number;
  column: number;
  message: Message;
}
export type ImportPreview =
  | {
      ok: true;
      /** Of the file. */
      version: number;
      /** Handed back with `environments.import`. */
      revision: string;
      items: ImportItem[];
      /** Pointers of fields that are not known. */
      ignored: string[];
    }
  | { ok: false; problems: ImportProblem[] };

export interface AppInfo {
  version: string;
  shell: 'electron' | 'served';
  platform: string;
  runtime: string;
  /** The operator's language where the shell knows it. */
  locale: string;
  /** Whether the practice environment can run here. */
  practiceAvailable: boolean;
}

/** An environment as the form edits it: stored secrets are left out and kept when left empty (`keepCredential`). */
export interface EditableEnvironment {
  environment: unknown;
  /** `[pair index, instance index]` of the instances whose credential is stored. */
  storedCredentials: [number, number][];
}

/**
 * Every command: the schema of what goes in, checked in main on both shells, and the type of what comes out. The
 * single source of truth for the router, both transports and the screen.
 */
export const COMMAND_INPUTS = {
  'app.info': z.strictObject({}),
  'app.setLocale': z.strictObject({ locale: z.enum(['zh-CN', 'en']) }),
  'environments.get': z.strictObject({ id: z.string().max(64) }),
  /** `replaces`: the id that was edited; absent for a new one. Input is checked by `environmentSchema` in the handler. */
  'environments.save': z.strictObject({
    environment: z.record(z.string(), z.unknown()),
    replaces: z.string().max(64).optional(),
    /** `[pair index, instance index]` of instances whose stored credential stays. */
    keepCredentials: z.array(z.tuple([z.number().int().min(0), z.number().int().min(0).max(1)])).max(1000),
  }),
  'environments.remove': z.strictObject({ id: z.string().max(64) }),
  /** Tries to get to a server as a form has it. `accept`: the fingerprint of a key that nobody knew, taken from now on. */
  'servers.test': z.strictObject({
    access: serverAccessSchema,
    instanceHost: z.string().max(255),
    accept: z.string().max(128).optional(),
  }),
  /** Where passwords are kept here, and whether there is one for this account. */
  'secrets.look': z.strictObject(account),
  /** The password never comes back. */
  'secrets.set': z.strictObject({ ...account, password: z.string().min(1).max(1024) }),
  'secrets.remove': z.strictObject(account),
  /** As one file, without secrets; `ids` null: all of the sites'. */
  'environments.export': z.strictObject({ ids: z.array(z.string().max(64)).min(1).max(200).nullable() }),
  /** Says what an import of that text would do; does nothing. */
  'environments.previewImport': z.strictObject({ text: z.string().max(2_000_000) }),
  /** Takes over what was chosen. `replace` is refused for what is not there, `add` for what is. */
  'environments.import': z.strictObject({
    text: z.string().max(2_000_000),
    revision: z.string().max(64),
    choices: z
      .array(z.strictObject({ id: z.string().max(64), action: z.enum(['add', 'replace']) }))
      .min(1)
      .max(200),
  }),
  'profiles.list': z.strictObject({}),
  /** Every value of a sample file that fields can be pointed at. */
  'profiles.sample': z.strictObject(sample),
  /** Keeps picks as a profile, or adds them to the site's own of the name, if each is found once in the sample. */
  'profiles.save': z.strictObject({
    ...sample,
    name: z.string().max(64),
    picks: z
      .array(
        z.strictObject({
          field: z.string().max(64),
          selector: z.string().max(4_096),
          unit: z.enum(['ms', 's']).optional(),
          /** What the file has for each of our values. */
          values: z.record(z.string().max(64), z.string().max(256)).optional(),
        }),
      )
      .min(1)
      .max(100),
  }),
  'profiles.remove': z.strictObject({ name: z.string().max(64) }),
  'pair.dryRun': z.strictObject({ pairKey, to: instance }),
  'pair.preflight': z.strictObject({ pairKey, to: instance }),
  'pair.promote': z.strictObject({
    pairKey,
    to: instance,
    token: z.string().max(128),
    confirmation: z.string().max(140),
    /** Who asks, where they gave a name. */
    operator: operatorSchema.optional(),
    /** The loss that the preflight stated and the operator accepted; absent: none. */
    acceptedLoss: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  }),
  /** The same with a loss that another operator has to approve: nothing is begun by it. */
  'pair.askApproval': z.strictObject({
    pairKey,
    to: instance,
    token: z.string().max(128),
    confirmation: z.string().max(140),
    acceptedLoss: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
    operator: operatorSchema,
    reason: approvalReasonSchema,
  }),
  /** Approves what was asked for, with the node's name typed, or turns it down. */
  'pair.decideApproval': z.strictObject({
    pairKey,
    id: z.string().max(64),
    operator: operatorSchema,
    approves: z.boolean(),
    confirmation: z.string().max(140),
  }),
  /** Begins what was approved, exactly as it was. */
  'pair.carryOut': z.strictObject({ pairKey, id: z.string().max(64), operator: operatorSchema }),
  /** What is given becomes the policy of every console; `operator`: who asks, where they gave a name. */
  'pair.setPolicy': policyChangeSchema.extend({ pairKey, operator: operatorSchema.optional() }),
  'pair.setCalendar': z.strictObject({
    pairKey,
    operator: operatorSchema.optional(),
    calendar: calendarSchema.nullable(),
  }),
  'pair.beginMaintenance': z.strictObject({
    pairKey,
    operator: operatorSchema,
    reason: maintenanceReasonSchema,
    durationMs: z.number().int().min(60_000).max(MAX_MAINTENANCE_MS),
  }),
  'pair.endMaintenance': z.strictObject({ pairKey, operator: operatorSchema }),
  /** Of all pairs of this console that came into trouble together. */
  'pair.releaseFreeze': z.strictObject({ pairKey, operator: operatorSchema }),
  'pair.clearCooldown': z.strictObject({ pairKey, operator: operatorSchema }),
  /** An operator's word that a very process is off; `confirmation` is `NODE/INSTANCE`, as it was typed. */
  'pair.attest': z.strictObject({
    pairKey,
    instance,
    incarnation: z.string().min(1).max(64),
    epoch: z.number().int().min(0),
    operator: operatorSchema,
    confirmation: z.string().max(140),
  }),
  /** Makes every check of the pair's servers now; it may take half a minute where one does not answer. */
  'pair.check': z.strictObject({
    pairKey,
    /** This one alone; the others stay as they were last found. Absent: all of them. */
    only: z.strictObject({ id: z.string().min(1).max(64), host: instance }).optional(),
  }),
  /** What one check found, newest first; `host`: the instance, or `pair`. */
  'pair.checkHistory': z.strictObject({
    pairKey,
    check: z.string().min(1).max(64),
    host: instance,
    beforeId: z.number().int().min(0).optional(),
    limit: z.number().int().min(1).max(200),
  }),
  /** Of these pairs, a few at a time; answers at once. */
  'checks.run': z.strictObject({ pairKeys: z.array(pairKey).max(10_000) }),
  /** What is mounted, what should be, and what would be run: changes nothing. */
  'pair.planRemount': z.strictObject({ pairKey, instance }),
  /** Makes the configured mount anew as the plan showed it, and looks again. */
  'pair.remount': z.strictObject({
    pairKey,
    instance,
    token: z.string().max(128),
    /** As it was typed; empty where nothing is taken away. */
    confirmation: z.string().max(140),
    operator: operatorSchema.optional(),
  }),
  'pair.beats': z.strictObject({ pairKey, fromMs: z.number().min(0) }),
  'events.list': z.strictObject({
    pairKey: pairKey.optional(),
    beforeId: z.number().int().min(0).optional(),
    limit: z.number().int().min(1).max(500),
  }),
  /** `twinOf`: a configured pair, whose names, policy and time-outs are taken over. */
  'practice.start': z.strictObject({ twinOf: pairKey.optional() }),
  'practice.stop': z.strictObject({}),
  'practice.fault': z.strictObject({ instance, fault: z.enum(PRACTICE_FAULTS) }),
  /** A new draft: of something new, of a configured pair, or of a further pair of an environment (`pairId` null). */
  'setup.create': z.strictObject({
    origin: z.strictObject({ environmentId: z.string().max(64), pairId: z.string().max(64).nullable() }).nullable(),
  }),
  /** Refused where the draft was changed elsewhere since `revision`. */
  'setup.save': z.strictObject({
    id: draft,
    revision: z.number().int().min(0),
    values: setupValuesSchema,
    step: setupStepSchema,
    visited: z.array(setupStepSchema).max(20),
  }),
  'setup.remove': z.strictObject({ id: draft }),
  'setup.secret': z.strictObject({ id: draft, secret: z.string().max(1_024) }),
  'setup.probe': z.strictObject({ id: draft, step: probedStepSchema }),
  'setup.cancel': z.strictObject({ id: draft, step: probedStepSchema }),
  /** Notes the key that a server shows: the implementer has compared its fingerprint. */
  'setup.trust': z.strictObject({
    id: draft,
    server: z.union([z.literal(0), z.literal(1)]),
    fingerprint: z.string().max(128),
  }),
  'setup.texts': z.strictObject({ id: draft }),
  'setup.plan': z.strictObject({ id: draft }),
  /** `confirmed`: the changes of which what is there and not ours may be replaced. */
  'setup.apply': z.strictObject({
    id: draft,
    fingerprint: z.string().max(64),
    confirmed: z.array(z.string().max(1_200)).max(100),
  }),
  'setup.rollBack': z.strictObject({ id: draft, change: z.string().max(1_200) }),
  /** `switchover`: a real one, there and back. */
  'setup.verify': z.strictObject({ id: draft, switchover: z.boolean() }),
  /** A report as PDF, where the shell can print; in base64. */
  'setup.pdf': z.strictObject({ report: z.string().max(128), locale: z.enum(['zh-CN', 'en']) }),
  /** A report as a page of its own. */
  'setup.report': z.strictObject({ report: z.string().max(128), locale: z.enum(['zh-CN', 'en']) }),
} as const;

export interface CommandOutputs {
  'app.info': AppInfo;
  'app.setLocale': null;
  'environments.get': EditableEnvironment;
  'environments.save': SaveResult;
  'environments.remove': null;
  'servers.test': ConnectionTest;
  'secrets.look': { place: SecretPlace; stored: boolean };
  'secrets.set': { place: SecretPlace };
  'secrets.remove': null;
  'environments.export': { fileName: string; text: string };
  'environments.previewImport': ImportPreview;
  'environments.import': { added: string[]; replaced: string[] };
  'profiles.list': ProfileList;
  'profiles.sample': SampleView;
  'profiles.save': ProfileSaved;
  /** False: there was none of the name, or it is shipped. */
  'profiles.remove': boolean;
  'pair.dryRun': DryRun;
  'pair.preflight': Preflight;
  'pair.promote': { operationId: string };
  'pair.askApproval': { id: string };
  'pair.decideApproval': null;
  'pair.carryOut': { operationId: string };
  'pair.setPolicy': null;
  'pair.setCalendar': null;
  'pair.beginMaintenance': null;
  'pair.endMaintenance': null;
  'pair.clearCooldown': null;
  'pair.releaseFreeze': null;
  'pair.attest': null;
  'pair.check': CheckRunView;
  'pair.checkHistory': CheckHistoryEntry[];
  'checks.run': null;
  'pair.planRemount': RemountOffer;
  'pair.remount': RemountResult;
  'pair.beats': BeatColumns[];
  'events.list': EventView[];
  'practice.start': { pairKey: string };
  'practice.stop': null;
  'practice.fault': null;
  'setup.create': { id: string };
  'setup.save': { revision: number };
  'setup.remove': null;
  'setup.secret': null;
  'setup.probe': null;
  'setup.cancel': null;
  'setup.trust': null;
  'setup.texts': SharingTexts;
  'setup.plan': SetupPlan;
  'setup.apply': null;
  'setup.rollBack': null;
  'setup.verify': null;
  'setup.pdf': { pdf: string };
  'setup.report': { html: string };
}

export type Command = keyof typeof COMMAND_INPUTS;
export type CommandInput<C extends Command> = z.input<(typeof COMMAND_INPUTS)[C]>;
export type CommandOutput<C extends Command> = CommandOutputs[C];
