import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Page, test } from '@playwright/test';
import { SCREEN_TYPES, securityHeaders } from '#main/screen-answers';
import type { Bridge, ClientMessage, FleetState, PairView, ServerMessage, StateTopic } from '#shared/contract';
import { findChromium } from '#test/chromium';

/** The screen without a main process: it is told what a test says, over a bridge that the test holds. */
export interface Pictured {
  topics: Partial<Record<StateTopic, unknown>>;
  /** What each command is answered with; others are refused. */
  replies?: Record<string, unknown>;
  /** What the screen's clock shows and stays at, epoch ms. */
  nowMs: number;
}

const ORIGIN = 'https://console.test';
const screen = resolve(import.meta.dirname, '../../out/renderer');

declare global {
  interface Window {
    /** The calls that the screen made, in order. */
    calls: Extract<ClientMessage, { t: 'call' }>[];
    kuantu?: Bridge;
    /** Tells the screen a topic's state anew. */
    tell(topic: StateTopic, value: unknown): void;
  }
}

/** For a spec file that looks at the screen alone: in an installed Chromium, and in one shell, for both show the same. */
export function picturedSpecs(): void {
  const executablePath = findChromium();
  test.use({
    locale: 'en-GB',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
    },
  });
  test.beforeEach(() => test.skip(test.info().project.name === 'electron', 'the screen is the same in both shells'));
  test.skip(executablePath === undefined, 'no Chromium was found');
}

/** Opens the built screen at an address within it. */
export async function openPictured(page: Page, { topics, replies = {}, nowMs }: Pictured, hash: string): Promise<void> {
  await page.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const file = pathname === '/' ? 'index.html' : pathname.slice(1);
    const type = SCREEN_TYPES[/\.\w+$/.exec(file)?.[0] ?? ''];
    if (type === undefined) return route.fulfill({ status: 404 });
    await route.fulfill({
      body: readFileSync(join(screen, file)),
      headers: { ...securityHeaders({ connects: false }), 'content-type': type },
    });
  });
  await page.clock.setFixedTime(nowMs);
  await page.addInitScript(
    ({ known, answers }) => {
      const listeners = new Set<(message: ServerMessage) => void>();
      const deliver = (message: ServerMessage) => {
        for (const listener of listeners) listener(message);
      };
      const state: Record<string, unknown> = { ...known };
      const tell = (topic: StateTopic) =>
        deliver({ t: 'snapshot', topic, version: 1, value: structuredClone(state[topic] ?? null) });
      window.calls = [];
      window.tell = (topic, value) => {
        state[topic] = value;
        tell(topic);
      };
      window.kuantu = {
        send: (message) => {
          if (message.t === 'subscribe' && !message.topic.startsWith('beats:'))
            queueMicrotask(() => tell(message.topic as StateTopic));
          if (message.t !== 'call') return;
          window.calls.push(message);
          const { id, command } = message;
          queueMicrotask(() =>
            deliver(
              command in answers
                ? { t: 'reply', id, ok: true, value: structuredClone(answers[command]) }
                : { t: 'reply', id, ok: false, error: { code: 'refused', message: { key: command, params: {} } } },
            ),
          );
        },
        onMessage: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
        onLink: () => () => undefined,
      };
    },
    { known: topics, answers: { 'app.setLocale': null, 'pair.beats': [], ...replies } as Record<string, unknown> },
  );
  await page.goto(`${ORIGIN}/${hash}`);
}

/** A fleet with nothing in it: no pair, and no practice. */
export const EMPTY_FLEET: FleetState = {
  environments: {},
  pairs: {},
  practice: {
    state: 'off',
    environmentId: null,
    pairKey: null,
    twinOf: null,
    zookeeper: null,
    instances: [],
    problem: null,
  },
  totals: { severity: 'none', p1: 0, p2: 0, p3: 0, ok: 0, noData: 0 },
  configProblem: null,
};

/** The topics of a screen that watches one pair. */
export function topicsOf(pair: PairView): Pictured['topics'] {
  const { tile } = pair;
  const fleet: FleetState = {
    environments: {},
    pairs: { [tile.key]: tile },
    practice: {
      state: 'on',
      environmentId: 'e',
      pairKey: tile.key,
      twinOf: null,
      zookeeper: '127.0.0.1:2181',
      instances: [
        { name: 'A', pid: 2_876, state: 'running', faults: ['kill', 'hang', 'stop', 'restart', 'unmount'] },
        { name: 'B', pid: 2_877, state: 'running', faults: ['kill', 'hang', 'stop', 'restart', 'remount'] },
      ],
      problem: null,
    },
    totals: { severity: tile.severity, p1: 0, p2: 0, p3: 0, ok: 1, noData: 0 },
    configProblem: null,
  };
  return { fleet, events: { latest: [] }, notices: { latest: null }, [`pair:${tile.key}` as const]: pair };
}
