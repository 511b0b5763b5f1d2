import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { I18nextProvider } from 'react-i18next';
import { describe, expect, it } from 'vitest';
import { StateMark } from '#renderer/components';
import { mayPromote, needsConfirmation, SwitchoverPanel } from '#renderer/features/switchover';
import { createWords } from '#renderer/i18n';
import type { Preflight, PreflightItem, Severity, SwitchoverView } from '#shared/contract';
import { message, SWITCHOVER_STEPS } from '#shared/domain';

function render(node: ReactNode, locale: 'zh-CN' | 'en' = 'en'): string {
  return renderToStaticMarkup(<I18nextProvider i18n={createWords(locale)}>{node}</I18nextProvider>);
}

describe('state marks', () => {
  it('differ in shape, not in colour alone', () => {
    const shapes = (['none', 'p3', 'p2', 'p1', 'no-data'] satisfies Severity[]).map(
      (severity) => /<g [^>]*>(.*?)<\/g>/.exec(render(<StateMark severity={severity} />))?.[1],
    );
    expect(new Set(shapes).size).toBe(5);
  });

  it('carry their digit', () => {
    expect(render(<StateMark severity="p1" />)).toContain('>1</text>');
    expect(render(<StateMark severity="no-data" />)).toContain('>?</text>');
  });
});

function preflight(over: Partial<Preflight>, result: PreflightItem['result'] = 'pass'): Preflight {
  return {
    pairKey: 'e/p',
    to: 'b',
    from: 'a',
    planned: true,
    plan: [],
    checks: [{ id: 'x', result, message: message('test.check') }],
    unknowns: [],
    expectedOutageMs: null,
    loss: null,
    refusal: null,
    token: 't',
    expiresAtMs: 10_000,
    ...over,
  };
}

describe('confirming a switchover', () => {
  it.each([
    [preflight({}), false],
    [preflight({}, 'warn'), false],
    [preflight({}, 'fail'), true],
    [preflight({}, 'unknown'), true],
    [preflight({ planned: false }), true],
  ])('asks for the name unless it is planned and nothing speaks against it (%#)', (checked, asks) => {
    expect(needsConfirmation(checked)).toBe(asks);
    expect(mayPromote(checked, '', 'mt_equity', 0)).toBe(!asks);
    expect(mayPromote(checked, 'mt_equity ', 'mt_equity', 0)).toBe(true);
    expect(mayPromote(checked, 'mt_equit', 'mt_equity', 0)).toBe(!asks);
  });

  it('never allows what was refused or has expired', () => {
    expect(mayPromote(preflight({ refusal: message('test.no') }), 'n', 'n', 0)).toBe(false);
    expect(mayPromote(preflight({}), 'n', 'n', 10_000)).toBe(false);
  });
});

const switchover: SwitchoverView = {
  operationId: 'op',
  trigger: 'operator',
  from: 'a',
  to: 'b',
  epochBefore: 4,
  epochAfter: 5,
  startedAtMs: 1_000,
  endedAtMs: 1_214,
  outcome: 'done',
  steps: SWITCHOVER_STEPS.map((name) => ({ name, result: 'ok', startedAtMs: 1_000, tookMs: 8, detail: null })),
  outageMs: 212,
  outageErrorMs: 10,
  reason: message('test.reason'),
  failure: null,
  data: null,
};

describe('a switchover on the page', () => {
  it('shows its ten steps in order, its result and the outage with its error', () => {
    const markup = render(<SwitchoverPanel switchover={switchover} />);
    expect([...markup.matchAll(/data-step="([a-z-]+)"/g)].map(([, step]) => step)).toEqual(SWITCHOVER_STEPS);
    expect(markup).toContain('data-testid="switchover-result" data-outcome="done"');
    expect(markup).toContain('212 ms ± 10 ms');
    expect(markup).toContain('epoch 4 → 5');
    expect(render(<SwitchoverPanel switchover={switchover} />, 'zh-CN')).toContain('212 ms ± 10 ms');
  });

  it('says that nothing was seen, which is not the same as nothing measured', () => {
    expect(render(<SwitchoverPanel switchover={{ ...switchover, outageMs: 0 }} />)).toContain('clients saw no outage');
    expect(render(<SwitchoverPanel switchover={{ ...switchover, outageMs: null }} />)).toContain('Outage not measured');
  });

  it('has no result while it runs, and steps that were not reached are pending', () => {
    const running = {
      ...switchover,
      outcome: 'running' as const,
      endedAtMs: null,
      steps: switchover.steps.slice(0, 3),
    };
    const markup = render(<SwitchoverPanel switchover={running} />);
    expect(markup).not.toContain('switchover-result');
    expect([...markup.matchAll(/data-result="pending"/g)]).toHaveLength(7);
  });

  it('never calls an unknown outcome failed', () => {
    const markup = render(<SwitchoverPanel switchover={{ ...switchover, outcome: 'unknown', outageMs: null }} />);
    expect(markup).toContain('Outcome not known yet');
    expect(markup).not.toContain('Failed');
  });
});
