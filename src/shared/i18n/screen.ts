import { screenChecksChinese, screenChecksEnglish } from './screen-checks.ts';
import { screenCommandsChinese, screenCommandsEnglish } from './screen-commands.ts';
import { screenEnglish } from './screen-en.ts';
import { screenExchangeChinese, screenExchangeEnglish } from './screen-exchange.ts';
import { screenOperatorChinese, screenOperatorEnglish } from './screen-operator.ts';
import { screenPolicyChinese, screenPolicyEnglish } from './screen-policy.ts';
import { screenProfilesChinese, screenProfilesEnglish } from './screen-profiles.ts';
import { screenServerChinese, screenServerEnglish } from './screen-server.ts';
import { screenSetupEnglish } from './screen-setup-en.ts';
import { screenSetupChinese } from './screen-setup-zh.ts';
import { screenChinese } from './screen-zh.ts';
import type { CatalogueSection } from './section.ts';

/** Every key that the screen itself says. */
export type ScreenKey =
  | keyof typeof screenEnglish
  | keyof typeof screenPolicyEnglish
  | keyof typeof screenOperatorEnglish
  | keyof typeof screenCommandsEnglish
  | keyof typeof screenServerEnglish
  | keyof typeof screenChecksEnglish
  | keyof typeof screenSetupEnglish
  | keyof typeof screenProfilesEnglish
  | keyof typeof screenExchangeEnglish;

/** What the screen says by itself: titles, labels, explanations. */
export const screen: CatalogueSection = { 'zh-CN': screenChinese, en: screenEnglish };
/** The policy's part of it. */
export const screenPolicy: CatalogueSection = { 'zh-CN': screenPolicyChinese, en: screenPolicyEnglish };
/** What an operator looks at, asks for and approves. */
export const screenOperator: CatalogueSection = { 'zh-CN': screenOperatorChinese, en: screenOperatorEnglish };
/** Commands, and the ways out where nobody serves. */
export const screenCommands: CatalogueSection = { 'zh-CN': screenCommandsChinese, en: screenCommandsEnglish };
/** Servers in the environment form. */
export const screenServer: CatalogueSection = { 'zh-CN': screenServerChinese, en: screenServerEnglish };
/** The checks on the servers. */
export const screenChecks: CatalogueSection = { 'zh-CN': screenChecksChinese, en: screenChecksEnglish };
/** Setting a pair up. */
export const screenSetup: CatalogueSection = { 'zh-CN': screenSetupChinese, en: screenSetupEnglish };
/** Environments that leave and enter as a file. */
export const screenExchange: CatalogueSection = { 'zh-CN': screenExchangeChinese, en: screenExchangeEnglish };
/** Profiles of configuration files. */
export const screenProfiles: CatalogueSection = { 'zh-CN': screenProfilesChinese, en: screenProfilesEnglish };
