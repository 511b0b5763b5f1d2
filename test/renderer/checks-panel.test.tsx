import { describe, expect, it } from 'vitest';
import { CheckRun, ChecksPanel } from '#renderer/features/checks';
import { createLink, ScreenContext } from '#renderer/state';
import type { CheckRunView, CheckView } from '#shared/contract';
import { type CheckVerdict, message } from '#shared/domain';
import { fakeBridge, fakeTimers } from './fake-bridge.ts';
import { pairView } from './pair-view.ts';
import { render, textOf } from './render.tsx';

const check = (id: string, host: string, result: CheckVerdict, over: Partial<CheckView> = {}): CheckView => ({
  id,
  host,
  result,
  reason: message('check.mount.missing', { target: `/mnt/${host}` }),
  evidence: [`raw line of ${host}`],
  remedy: null,
  tookMs: 12,
  atMs: 0,
  sinceMs: 0,
  ...over,
});

const run = (over: Partial<CheckRunView> = {}): CheckRunView => ({
  atMs: Date.now(),
  tookMs: 900,
  readiness: 'not-ready',
  reasons: [
    message('check.readiness.failed', {
      server: 'B',
      check: 'mount',
      because: 'check.mount.missing',
      target: '/mnt/B',
    }),
  ],
  checks: [
    check('todb', 'B', 'pass'),
    check('mount', 'B', 'fail', { remedy: message('check.remedy.mount', { command: 'mount a:/b /mnt/B' }) }),
    check('mount', 'A', 'pass'),
    check('route', 'pair', 'warn'),
  ],
  ...over,
});

const actions = { pairKey: 'e/p', busy: false, onAgain: () => {}, onRemount: () => {} };

function Run(props: React.ComponentProps<typeof CheckRun>) {
  const link = createLink(fakeBridge().bridge, fakeTimers());
  return (
    <ScreenContext value={{ link, info: null }}>
      <CheckRun {...props} />
    </ScreenContext>
  );
}

describe('a run of the checks', () => {
  it('says the word and its reasons, and what failed first, in both languages', () => {
    const english = textOf(render(<Run run={run()} hosts={['A', 'B']} {...actions} />));
    expect(english).toContain('The standby cannot take over');
    expect(english).toContain('B: mount missing: nothing is mounted at /mnt/B (Mount)');
    expect(english).toContain('raw line of A');
    expect(english).toContain('mount a:/b /mnt/B');
    const ids = [...render(<Run run={run()} hosts={['A', 'B']} {...actions} />).matchAll(/data-check="([\w-]+)"/g)];
    expect(ids.map(([, id]) => id)).toEqual(['mount', 'mount', 'todb', 'route']);
    const chinese = textOf(render(<Run run={run()} hosts={['A', 'B']} {...actions} />, 'zh-CN'));
    expect(chinese).toMatch(/备机不能接管.*B：\/mnt\/B 上没有挂载任何文件系统.*主备对整体/);
  });

  it('says once what several checks say of a server', () => {
    const reason = message('check.access.refused', { user: 'mt', host: '10.0.0.12:22' });
    const refused = ['access', 'mount', 'todb'].map((id) => check(id, 'B', 'unknown', { reason }));
    const params = { server: 'B', because: reason.key, ...reason.params };
    const reasons = ['access', 'mount'].map((id) => message('check.readiness.unknown', { ...params, check: id }));
    const html = render(
      <Run run={run({ readiness: 'unknown', reasons, checks: refused })} hosts={['B']} {...actions} />,
    );
    expect([...html.matchAll(/data-check="([\w-]+)"/g)].map(([, id]) => id)).toEqual(['access']);
    expect(textOf(html)).toContain('The same holds for 2 more: Mount, Todb file');
    expect(textOf(html)).toContain('refuses the login of mt (Access to the server and 1 more)');
    expect(textOf(html).match(/refuses the login/g)).toHaveLength(2);
  });

  it('says so where the standby is ready', () => {
    const text = textOf(render(<Run run={run({ readiness: 'ready', reasons: [] })} hosts={['A', 'B']} {...actions} />));
    expect(text).toContain('The standby is ready to take over');
  });
});

describe('the panel', () => {
  it('offers a first run where there was none', () => {
    const link = createLink(fakeBridge().bridge, fakeTimers());
    const panel = (
      <ScreenContext value={{ link, info: null }}>
        <ChecksPanel pair={pairView()} />
      </ScreenContext>
    );
    expect(textOf(render(panel))).toMatch(/Checks on the servers.*Check now.*not been looked at/);
  });
});
