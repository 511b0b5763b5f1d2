import type { ReactNode } from 'react';
import { describe, expect, it, vi } from 'vitest';
import {
  CalendarForm,
  CalendarNow,
  changeOf,
  GuardsPanel,
  isInRange,
  MaintenancePanel,
  NUMBER_NAMES,
  RoutePanel,
  readCalendar,
  textOfCalendar,
  valuesOf,
} from '#renderer/features/pair';
import { createLink, ScreenContext } from '#renderer/state';
import { message, policyChangeSchema, policyOrigins, policySettings } from '#shared/domain';
import { fakeBridge, fakeTimers } from './fake-bridge.ts';
import { pairView, policyView } from './pair-view.ts';
import { render, textOf } from './render.tsx';

const NOW = 1_800_000_000_000;
vi.useFakeTimers({ now: NOW, toFake: ['Date'] });

function shown(node: ReactNode, locale: 'zh-CN' | 'en' = 'en'): string {
  const link = createLink(fakeBridge().bridge, fakeTimers());
  return textOf(render(<ScreenContext value={{ link, info: null }}>{node}</ScreenContext>, locale));
}

describe('the maintenance panel', () => {
  it('asks for operator, reason and length where there is none', () => {
    const text = shown(<MaintenancePanel pair={pairView()} />);
    expect(text).toContain('Begin maintenance…');
    expect(text).toContain('Begin maintenance of mt_equity');
    expect(text).not.toContain('End maintenance');
  });

  it('shows who holds it, why and until when, in both languages', () => {
    const maintenance = { operator: 'Li Lei', reason: 'new disks', sinceMs: NOW, untilMs: NOW + 3_600_000 };
    const pair = pairView({ policy: policyView({ maintenance }) });
    expect(shown(<MaintenancePanel pair={pair} />)).toMatch(/Li Lei.*new disks.*End maintenance/);
    expect(shown(<MaintenancePanel pair={pair} />, 'zh-CN')).toMatch(/Li Lei.*new disks.*结束维护/);
    expect(shown(<MaintenancePanel pair={pair} />)).not.toContain('Begin maintenance');
  });

  it('is not there while the policy is not known', () => {
    expect(shown(<MaintenancePanel pair={pairView({ policy: null })} />)).toBe('');
  });
});

describe('the guards panel', () => {
  it('shows who has asked that one operator be enough, and how two stay needed', () => {
    const loosening = { operator: 'Li Lei', console: 'ops-1', askedAtMs: NOW, untilMs: NOW + 600_000 };
    const pair = pairView({ policy: policyView({ loosening }) });
    expect(shown(<GuardsPanel pair={pair} />)).toMatch(/Li Lei \(console ops-1\).*Another operator.*two stay needed/);
    expect(shown(<GuardsPanel pair={pair} />, 'zh-CN')).toMatch(/Li Lei（控制台 ops-1）.*另一位操作员.*撤回/);
    expect(shown(<GuardsPanel pair={pairView()} />)).not.toContain('two stay needed');
  });

  it('says how many of how many, and shows every number with the reason of its default', () => {
    const text = shown(<GuardsPanel pair={pairView({ policy: policyView({ automaticInLastDay: 2 }) })} />);
    expect(text).toContain('2 of at most 3');
    expect(text).toContain('No cooldown');
    expect(text).not.toContain('end the cooldown');
    expect(text.match(/Default [^:]+: \S/g)).toHaveLength(NUMBER_NAMES.length + 1);
    expect(text.match(/· the product’s default/g)).toHaveLength(NUMBER_NAMES.length + 1);
    expect(text).toMatch(/Default 10 min: the old primary needs time/);
  });

  it('says in one line each what a failover needs and may cost, and where a value comes from', () => {
    const settings = policySettings('auto', { lossOperators: 2, evidence: 'host', unreachableSwitchMs: 90_000 });
    const origins = policyOrigins(settings, { lossOperators: 2 }, { evidence: 'host' });
    const text = shown(<GuardsPanel pair={pairView({ policy: policyView({ settings, origins }) })} />);
    expect(text).toMatch(/by itself at most 0 · more with two operators’ words/);
    expect(text).toMatch(/The process found dead on its server.*freeze when 3 fail within 1 min.*after 1 min 30 s/);
    expect(text).toMatch(/Starts again and again.*after 3 starts within 2 min/);
    const uncounted = policyView({ settings: { ...settings, crashLoopStarts: 0 }, origins });
    expect(shown(<GuardsPanel pair={pairView({ policy: uncounted })} />)).toMatch(
      /Starts again and again.*never switched over by itself/,
    );
    expect(
      ['from this environment’s', 'from this pair’s', 'changed on this page'].map(
        (words) => text.split(words).length - 1,
      ),
    ).toEqual([1, 1, 1]);
  });

  it('offers to end a cooldown while one holds', () => {
    const policy = policyView({ automaticInLastDay: 1, cooldownUntilMs: NOW + 60_000 });
    expect(shown(<GuardsPanel pair={pairView({ policy })} />)).toContain('Acknowledge and end the cooldown');
  });
});

describe('a freeze', () => {
  it('is shown with what the pairs share, and can be released', () => {
    const frozen = message('blocker.commonCause', { count: 3, pairs: 'a, b, c', shared: '10.8.3.0/24' });
    const text = shown(<GuardsPanel pair={pairView({ policy: policyView({ frozen }) })} />, 'zh-CN');
    expect(text).toMatch(/a, b, c.*10\.8\.3\.0\/24.*解除冻结/);
    expect(shown(<GuardsPanel pair={pairView()} />)).not.toContain('release the freeze');
  });
});

describe('the calendar on the screen', () => {
  const calendar = {
    zone: 'Asia/Shanghai',
    holidays: ['2026-10-01', '2026-10-02'],
    phases: [
      { name: 'Morning session', days: [1, 2, 3, 4, 5], from: '09:15', to: '11:30', mode: 'auto' as const },
      { name: '批处理', days: [1, 3, 7], from: '20:00', to: '24:00', mode: 'observe' as const },
    ],
  };

  it('is written as it is read', () => {
    const text = textOfCalendar(calendar);
    expect(text.phases).toBe('1-5 09:15-11:30 auto Morning session\n1,3,7 20:00-24:00 observe 批处理');
    expect(readCalendar(text)).toEqual({ calendar });
    expect(readCalendar(textOfCalendar(null))).toMatchObject({ calendar: { zone: 'Asia/Shanghai' } });
  });

  it.each([
    [{ phases: '1-5 09:15-11:30 auto AM\n\n1-5 9:15-11:30 auto AM' }, 3],
    [{ phases: '1-5 09:15-11:30 bold AM' }, 1],
    [{ phases: '5-1 09:15-11:30 auto AM' }, 1],
    [{ phases: '1-5 11:30-09:15 auto AM' }, 1],
    [{ phases: '1-5 09:15-11:30 auto' }, 1],
    [{ zone: 'Mars/Olympus' }, 'zone'],
    [{ holidays: '2026-02-30' }, 'holidays'],
  ])('names the place of what is wrong (%#)', (part, wrong) => {
    expect(readCalendar({ ...textOfCalendar(calendar), ...part })).toEqual({ wrong });
  });

  it('says what holds now and what comes next, or that it cannot be read', () => {
    const next = { mode: 'assist', phase: null, atMs: NOW + 60_000 } as const;
    const holds = { mode: 'auto', phase: 'Morning session', next } as const;
    const policy = policyView({ calendar, holds });
    expect(shown(<CalendarNow policy={policy} />)).toMatch(/Now: Morning session, Auto · Next: outside.*Assist, \d/);
    expect(shown(<CalendarNow policy={policyView({ calendar: 'unreadable' })} />, 'zh-CN')).toContain('无法解读');
    expect(shown(<CalendarNow policy={policyView()} />)).toBe('');
    expect(shown(<CalendarForm policy={policy} pairKey="e/p" />)).toMatch(/批处理.*Remove the calendar/);
    expect(shown(<CalendarForm policy={policyView()} pairKey="e/p" />)).not.toContain('Remove the calendar');
  });
});

describe('the policy form', () => {
  const settings = policySettings('auto');

  it('changes only what differs, as main’s schema takes it', () => {
    const values = valuesOf(settings);
    values.numbers.cooldownMs = '5';
    values.numbers.loadMs = '777';
    const change = changeOf(settings, { ...values, evidence: 'host' });
    expect(change).toEqual({ cooldownMs: 5, timeouts: { loadMs: 777 }, evidence: 'host' });
    expect(policyChangeSchema.parse(change)).toEqual(change);
  });

  it('has nothing to send where nothing differs, or something is no number of the policy', () => {
    expect(changeOf(settings, valuesOf(settings))).toBeNull();
    for (const typed of ['', ' ', '1.5', 'x', '-1', '101']) {
      const values = valuesOf(settings);
      values.numbers.maxPerDay = typed;
      expect([typed, isInRange('maxPerDay', typed), changeOf(settings, values)]).toEqual([typed, false, null]);
    }
    expect(isInRange('maxPerDay', '100')).toBe(true);
  });
});

describe('the route panel', () => {
  it('says how far this machine’s clock is off, and by which one is counted', () => {
    expect(shown(<RoutePanel pair={pairView({ clockSkewMs: 93_000 })} />)).toMatch(/ahead of ZooKeeper’s.*NTP/);
    expect(shown(<RoutePanel pair={pairView({ clockSkewMs: -2_000 })} />, 'zh-CN')).toMatch(/比 ZooKeeper 慢/);
    expect(shown(<RoutePanel pair={pairView()} />)).not.toContain('NTP');
  });
});
