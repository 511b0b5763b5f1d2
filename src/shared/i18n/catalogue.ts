import type { Message } from '#shared/domain';
import { approvals } from './approvals.ts';
import { checkWords } from './check-words.ts';
import { checks } from './checks.ts';
import { commands } from './commands.ts';
import { configFiles } from './config-files.ts';
import { data } from './data.ts';
import { dataSync } from './data-sync.ts';
import { evidence } from './evidence.ts';
import { exchange } from './exchange.ts';
import { failover } from './failover.ts';
import { foresight } from './foresight.ts';
import { guards } from './guards.ts';
import { saidParams } from './moments.ts';
import { practice } from './practice.ts';
import { problems } from './problems.ts';
import { SCREEN_SECTIONS } from './screen/index.ts';
import type { CatalogueSection } from './section.ts';
import { serverStep } from './server-step.ts';
import { setup } from './setup.ts';
import { shell } from './shell.ts';
import { splitBrain } from './split-brain.ts';
import { zookeeperLogin } from './zookeeper-login.ts';

export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

const SECTIONS: readonly CatalogueSection[] = [
  ...SCREEN_SECTIONS,
  problems,
  failover,
  foresight,
  guards,
  commands,
  approvals,
  splitBrain,
  evidence,
  checks,
  configFiles,
  checkWords,
  data,
  dataSync,
  serverStep,
  exchange,
  practice,
  setup,
  shell,
  zookeeperLogin,
];

/** Local, and with its zone: whoever reads it may sit in another one. */
const MOMENT_STYLE = { dateStyle: 'short', timeStyle: 'long' } as const;

/** Every sentence the product says, by key; `{{name}}` stands for a parameter. */
export const CATALOGUES: Record<Locale, Record<string, string>> = {
  'zh-CN': Object.assign({}, ...SECTIONS.map((section) => section['zh-CN'])),
  en: Object.assign({}, ...SECTIONS.map((section) => section.en)),
};

/** The sections apart, for the test that no key stands in two of them. */
export const CATALOGUE_SECTIONS: readonly CatalogueSection[] = SECTIONS;

/**
 * A message in words, for main's own surfaces (tray, notifications, command line). A missing key shows itself.
 * `$t({{reason}})`, as i18next has it on the screen: the sentence whose key is that parameter, or what is before it with that.
 */
export function sentence(locale: Locale, { key, params: given }: Message): string {
  const params = saidParams(given, locale, (atMs) => new Date(atMs).toLocaleString(locale, MOMENT_STYLE));
  const text = (CATALOGUES[locale][key] ?? key).replace(
    /\$t\(([\w.]*)\{\{(\w+)\}\}\)/g,
    (_whole, before: string, name: string) => {
      const nested = String(params[name]);
      return CATALOGUES[locale][`${before}${nested}`] ?? nested;
    },
  );
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : whole,
  );
}

/** A message in words in every language, as `--json` prints it. */
export type Said = Record<Locale, string>;

/** As {@link sentence}, in every language. */
export function said(text: Message): Said {
  return Object.fromEntries(LOCALES.map((locale) => [locale, sentence(locale, text)])) as Said;
}

/** The locale nearest to what a system says it speaks. */
export function nearestLocale(tag: string | undefined): Locale {
  return tag?.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
