import type { CatalogueSection } from '../section.ts';
import { screenChecks } from './checks.ts';
import { screenCommands } from './commands.ts';
import { screenData } from './data.ts';
import { screenEnvironments } from './environments.ts';
import { screenEvents } from './events.ts';
import { screenExchange } from './exchange.ts';
import { screenForesight } from './foresight.ts';
import { screenFrame } from './frame.ts';
import { screenOperator } from './operator.ts';
import { screenOverview } from './overview.ts';
import { screenPair } from './pair.ts';
import { screenPolicy } from './policy.ts';
import { screenPractice } from './practice.ts';
import { screenProfiles } from './profiles.ts';
import { screenPromote } from './promote.ts';
import { screenServer } from './server.ts';
import { screenSetup } from './setup.ts';
import { screenStates } from './states.ts';
import { screenSwitchover } from './switchover.ts';
import { screenTimeouts } from './timeouts.ts';

/** What the screen says by itself: titles, labels, explanations. A section a screen, or a part of one. */
export const SCREEN_SECTIONS = [
  screenFrame,
  screenStates,
  screenOverview,
  screenPair,
  screenData,
  screenForesight,
  screenPolicy,
  screenPromote,
  screenSwitchover,
  screenOperator,
  screenCommands,
  screenEvents,
  screenPractice,
  screenEnvironments,
  screenServer,
  screenTimeouts,
  screenChecks,
  screenSetup,
  screenExchange,
  screenProfiles,
] as const satisfies readonly CatalogueSection[];

type KeyOf<Section> = Section extends unknown ? keyof Section : never;

/** Every key that the screen itself says. */
export type ScreenKey = KeyOf<(typeof SCREEN_SECTIONS)[number]['en']>;
