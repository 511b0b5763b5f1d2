import type { EnvironmentStore } from '#main/environments';
import { CommandError, type CommandHandlers } from '#main/ipc';
import type { Journal } from '#main/journal';
import { reportHtml, type Setup } from '#main/setup';
import { message } from '#shared/domain';
import type { Locale } from '#shared/i18n';
import type { CheckBoard } from './check-board.ts';
import type { EnvironmentExchange } from './exchange.ts';
import type { Fleet } from './fleet.ts';
import type { AppPlatform, Parts } from './ports.ts';
import type { PracticeSlot } from './practice-slot.ts';
import type { ProfileDesk } from './profile-desk.ts';
import type { RemountDesk } from './remount-desk.ts';
import { saveAndWatch } from './save-environment.ts';
import { forgetPassword } from './zookeeper-passwords.ts';

export interface HandlerParts {
  checks: CheckBoard;
  parts: Pick<Parts, 'connections' | 'secrets'>;
  /** A host key that nobody knew was taken, by an operator's word. */
  keyAccepted(host: string, fingerprint: string): void;
  remounts: RemountDesk;
  platform: AppPlatform;
  store: EnvironmentStore;
  exchange: EnvironmentExchange;
  profiles: ProfileDesk;
  fleet: Fleet;
  journal: Journal;
  practice: PracticeSlot;
  locale: { get(): Locale; set(locale: Locale): void };
  setup: Setup;
}

/** The commands whose names begin with that. */
type CommandOf<Prefix extends string> = Extract<keyof CommandHandlers, `${Prefix}.${string}`>;

/** Setting a pair up. */
function setupHandlers({ setup, keyAccepted, platform }: HandlerParts): Pick<CommandHandlers, CommandOf<'setup'>> {
  return {
    'setup.create': ({ origin }) => setup.create(origin),
    'setup.save': (request) => setup.save(request),
    'setup.remove': async ({ id }) => {
      await setup.remove(id);
      return null;
    },
    'setup.secret': ({ id, secret }) => {
      setup.setSecret(id, secret);
      return null;
    },
    'setup.probe': ({ id, step }) => {
      setup.probe(id, step);
      return null;
    },
    'setup.cancel': ({ id, step }) => {
      setup.cancel(id, step);
      return null;
    },
    'setup.trust': async ({ id, server, fingerprint }) => {
      keyAccepted(await setup.trustHost(id, server, fingerprint), fingerprint);
      return null;
    },
    'setup.texts': ({ id }) => setup.texts(id),
    'setup.plan': ({ id }) => setup.plan(id),
    'setup.apply': async ({ id, fingerprint, confirmed }) => {
      await setup.apply(id, fingerprint, confirmed);
      return null;
    },
    'setup.rollBack': async ({ id, change }) => {
      await setup.rollBack(id, change);
      return null;
    },
    'setup.verify': ({ id, switchover }) => {
      setup.verify(id, switchover);
      return null;
    },
    'setup.pdf': async ({ report, locale }) => {
      if (!platform.printPdf) throw new CommandError('unavailable', message('setup.error.noPdf'));
      const bytes = await platform.printPdf(reportHtml(await setup.report(report), locale));
      return { pdf: Buffer.from(bytes).toString('base64') };
    },
    'setup.report': async ({ report, locale }) => ({ html: reportHtml(await setup.report(report), locale) }),
  };
}

/** The console itself. */
function appHandlers({ platform, locale, practice }: HandlerParts): Pick<CommandHandlers, CommandOf<'app'>> {
  return {
    'app.info': () => ({
      version: platform.version,
      shell: platform.shell,
      platform: platform.platform,
      runtime: platform.runtime,
      locale: locale.get(),
      practiceAvailable: practice.available,
    }),
    'app.setLocale': (input) => {
      locale.set(input.locale);
      return null;
    },
  };
}

/** Environments, the access to their servers, and profiles of configuration files. */
function environmentHandlers({
  store,
  fleet,
  parts,
  keyAccepted,
  exchange,
  profiles,
}: HandlerParts): Pick<CommandHandlers, CommandOf<'environments' | 'servers' | 'secrets' | 'profiles'>> {
  function mustBeSite(id: string | undefined): void {
    if (id !== undefined && fleet.isPractice(id)) throw new CommandError('refused', message('error.practiceReadOnly'));
  }
  return {
    'environments.get': ({ id }) => {
      mustBeSite(id);
      return store.editable(id);
    },
    'environments.save': async (input) => {
      mustBeSite(input.replaces);
      return saveAndWatch(input, { store, fleet, secrets: parts.secrets });
    },
    'environments.remove': async ({ id }) => {
      mustBeSite(id);
      const removed = store.list().find((environment) => environment.id === id);
      await store.remove(id);
      await fleet.applySites(store.list());
      await forgetPassword(parts.secrets, removed);
      return null;
    },
    'servers.test': async ({ access, instanceHost, accept }) => {
      const result = await parts.connections.test(access, instanceHost, accept);
      if (accept !== undefined && result.kind === 'ok') keyAccepted(result.host, accept);
      return result;
    },
    'secrets.look': async (account) => ({
      place: await parts.secrets.place(),
      stored: (await parts.secrets.get(account)) !== null,
    }),
    'secrets.set': async ({ password, ...account }) => {
      const place = await parts.secrets.set(account, password);
      await fleet.passwordChanged(account);
      return { place };
    },
    'secrets.remove': async (account) => {
      await parts.secrets.remove(account);
      await fleet.passwordChanged(account);
      return null;
    },
    'environments.export': ({ ids }) => exchange.export(ids),
    'environments.previewImport': ({ text }) => exchange.preview(text),
    'environments.import': async (input) => {
      const result = await exchange.import(input);
      await fleet.applySites(store.list());
      return result;
    },
    'profiles.list': () => profiles.list(),
    'profiles.sample': (sample) => profiles.sample(sample),
    'profiles.save': (request) => profiles.save(request),
    'profiles.remove': ({ name }) => profiles.remove(name),
  };
}

/** Watched pairs: what is done to them, their checks and their events. */
function pairHandlers({
  fleet,
  checks,
  remounts,
  journal,
}: HandlerParts): Pick<CommandHandlers, CommandOf<'pair' | 'checks' | 'events'>> {
  return {
    'pair.dryRun': ({ pairKey, to }) => fleet.monitor(pairKey).dryRun(to),
    'pair.preflight': ({ pairKey, to }) => fleet.monitor(pairKey).preflight(to),
    'pair.promote': ({ pairKey, ...request }) => fleet.monitor(pairKey).promote(request),
    'pair.askApproval': ({ pairKey, ...request }) => fleet.monitor(pairKey).askApproval(request),
    'pair.decideApproval': async ({ pairKey, ...decision }) => {
      await fleet.monitor(pairKey).decideApproval(decision);
      return null;
    },
    'pair.carryOut': ({ pairKey, id, operator }) => fleet.monitor(pairKey).carryOut(id, operator),
    'pair.setPolicy': async ({ pairKey, operator = null, ...change }) => {
      await fleet.monitor(pairKey).setPolicy(change, operator);
      return null;
    },
    'pair.setCalendar': async ({ pairKey, calendar, operator = null }) => {
      await fleet.monitor(pairKey).setCalendar(calendar, operator);
      return null;
    },
    'pair.beginMaintenance': async ({ pairKey, ...request }) => {
      await fleet.monitor(pairKey).beginMaintenance(request);
      return null;
    },
    'pair.endMaintenance': async ({ pairKey, operator }) => {
      await fleet.monitor(pairKey).endMaintenance(operator);
      return null;
    },
    'pair.clearCooldown': async ({ pairKey, operator }) => {
      await fleet.monitor(pairKey).clearCooldown(operator);
      return null;
    },
    'pair.releaseFreeze': ({ pairKey, operator }) => {
      fleet.monitor(pairKey).releaseFreeze(operator);
      return null;
    },
    'pair.attest': async ({ pairKey, ...request }) => {
      await fleet.monitor(pairKey).attest(request);
      return null;
    },
    'pair.check': ({ pairKey, only }) => (only ? checks.runOnly(pairKey, only) : checks.run(pairKey)),
    'checks.run': ({ pairKeys }) => {
      checks.ask(pairKeys);
      return null;
    },
    'pair.checkHistory': (query) => {
      fleet.configured(query.pairKey);
      return journal.checkHistory(query);
    },
    'pair.planRemount': ({ pairKey, instance }) => remounts.plan(pairKey, instance),
    'pair.remount': ({ pairKey, ...request }) => remounts.run(pairKey, request),
    'pair.beats': ({ pairKey, fromMs }) => fleet.monitor(pairKey).beats(fromMs),
    'events.list': (query) => journal.events(query),
  };
}

/** The practice environment. */
function practiceHandlers({ practice, checks }: HandlerParts): Pick<CommandHandlers, CommandOf<'practice'>> {
  return {
    'practice.start': ({ twinOf }) => practice.start(twinOf),
    'practice.stop': async () => {
      await practice.stop();
      return null;
    },
    'practice.fault': async ({ instance, fault }) => {
      await practice.fault(instance, fault);
      // Whoever takes a mount away in practice wants to see what that looks like.
      const { pairKey } = practice.view();
      if (pairKey !== null && (fault === 'unmount' || fault === 'remount')) checks.ask([pairKey]);
      return null;
    },
  };
}

/** What each command does. Inputs have passed the contract's schemas; refusals are typed errors. */
export function createHandlers(parts: HandlerParts): CommandHandlers {
  return {
    ...appHandlers(parts),
    ...environmentHandlers(parts),
    ...pairHandlers(parts),
    ...practiceHandlers(parts),
    ...setupHandlers(parts),
  };
}
