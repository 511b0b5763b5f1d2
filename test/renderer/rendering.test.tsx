import { describe, expect, it } from 'vitest';
import { StateMark } from '#renderer/components';
import {
  acceptedLoss,
  mayAsk,
  mayPromote,
  NOTHING_TYPED,
  needsConfirmation,
  SwitchoverPanel,
} from '#renderer/features/switchover';
import type { Preflight, PreflightItem, Severity } from '#shared/contract';
import { ANY_LOSS, message, SWITCHOVER_STEPS } from '#shared/domain';
import { switchoverView } from './pair-view.ts';
import { render, textOf } from './render.tsx';

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
    choice: false,
    plan: [],
    checks: [{ id: 'x', result, message: message('test.check') }],
    unknowns: [],
    expectedOutageMs: null,
    loss: null,
    needsApproval: false,
    refusal: null,
    token: 't',
    expiresAtMs: 10_000,
    ...over,
  };
}

const node = 'mt_equity';
const phrase = 'any loss';
/** Whether it may be sent, with what was typed. */
const may = (checked: Preflight, name: string, loss = '', nowMs = 0) =>
  mayPromote(checked, { ...NOTHING_TYPED, name, loss }, { node, phrase, nowMs });

describe('confirming a switchover', () => {
  it.each([
    [preflight({}), false],
    [preflight({}, 'warn'), false],
    [preflight({}, 'fail'), true],
    [preflight({}, 'unknown'), true],
    [preflight({ planned: false }), true],
    [preflight({ choice: true }), true],
  ])('asks for the name unless it is planned and nothing speaks against it (%#)', (checked, asks) => {
    expect(needsConfirmation(checked)).toBe(asks);
    expect(may(checked, '')).toBe(!asks);
    expect(may(checked, 'mt_equity ')).toBe(true);
    expect(may(checked, 'mt_equit')).toBe(!asks);
  });

  it('never allows what was refused or has expired', () => {
    expect(may(preflight({ refusal: message('test.no') }), node)).toBe(false);
    expect(may(preflight({}), node, '', 10_000)).toBe(false);
  });
});

describe('asking for approval', () => {
  const checked = preflight({
    planned: false,
    loss: { bound: 3, reason: message('test.reason') },
    needsApproval: true,
  });
  const typed = { name: node, loss: '3', reason: 'mount is lost' };
  const at = { node, phrase, nowMs: 0, operator: 'Li Lei' };

  it('takes all that a promotion takes, and a name and a reason', () => {
    expect(mayAsk(checked, typed, at)).toBe(true);
    expect(mayAsk(checked, typed, { ...at, operator: null })).toBe(false);
    expect(mayAsk(checked, { ...typed, reason: ' ' }, at)).toBe(false);
    expect(mayAsk(checked, { ...typed, loss: '2' }, at)).toBe(false);
    expect(mayAsk(checked, { ...typed, name: 'mt' }, at)).toBe(false);
  });
});

describe('accepting a loss', () => {
  const bounded = preflight({ loss: { bound: 1_430, reason: message('test.reason') } });
  const unbounded = preflight({ loss: { bound: null, reason: message('test.reason') } });

  it.each(['1430', '1,430', ' 1 430 '])('takes the stated number, written as %j', (loss) => {
    expect(may(bounded, node, loss)).toBe(true);
  });
  it.each(['', '0', '1431', '143', 'any loss', '-1430', '1e3'])('takes nothing else: %j', (loss) => {
    expect(may(bounded, node, loss)).toBe(false);
  });
  it('asks for the name as well, even where all else is well', () => {
    expect(needsConfirmation(bounded)).toBe(true);
    expect(may(bounded, '', '1430')).toBe(false);
  });
  it('asks for the phrase where nobody can say how much', () => {
    expect(may(unbounded, node, 'Any loss')).toBe(true);
    expect(may(unbounded, node, '')).toBe(false);
    expect(may(unbounded, node, '1430')).toBe(false);
  });
  it('sends what was accepted, and nothing where nothing is lost', () => {
    expect(acceptedLoss(bounded)).toEqual({ acceptedLoss: 1_430 });
    expect(acceptedLoss(unbounded)).toEqual({ acceptedLoss: ANY_LOSS });
    expect(acceptedLoss(preflight({}))).toEqual({});
  });
});

const switchover = switchoverView();

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

  it('tells why it acted and what was verified, in both languages, and what differs without being asked', () => {
    const source = {
      class: 'host',
      says: 'gone',
      ageMs: 40,
      reason: message('check.process.gone', { pid: 7 }),
    } as const;
    const reason = message('failover.verdict.networkAndHost');
    const told = {
      ...switchover,
      grounds: { atMs: 0, instances: [{ instance: 'A', verdict: 'gone' as const, reason, sources: [source] }] },
      verified: [
        {
          ...({ what: 'data', result: 'equal' } as const),
          said: message('failover.verified.data.equal', { from: 'A', to: 'B', orders: 3, lsn: 9, digest: 'd' }),
        },
      ],
    };
    const markup = render(<SwitchoverPanel switchover={told} />);
    expect(markup).toContain('It does not answer and its process is dead');
    expect(markup).toMatch(/data-class="host" data-says="gone".*40 ms old/);
    expect(markup).toContain('B has exactly what A stepped down with: 3 orders up to LSN 9, digest d');
    expect(markup).not.toContain(' open=""');
    expect(render(<SwitchoverPanel switchover={told} />, 'zh-CN')).toContain('B 的数据与 A 让位时完全一致');
    const differs = told.verified.map((item) => ({ ...item, result: 'differs' as const }));
    expect(render(<SwitchoverPanel switchover={{ ...told, verified: differs }} />)).toContain(' open=""');
    expect(render(<SwitchoverPanel switchover={switchover} />)).not.toContain('switchover-grounds');
  });

  it('never calls an unknown outcome failed', () => {
    const markup = render(<SwitchoverPanel switchover={{ ...switchover, outcome: 'unknown', outageMs: null }} />);
    expect(markup).toContain('Outcome not known yet');
    expect(markup).not.toContain('Failed');
  });

  it('says quietly that nothing is lost, and loudly that something is', () => {
    const quiet = render(<SwitchoverPanel switchover={switchover} keepsData />);
    expect(quiet).toContain('data-lost="0"');
    expect(textOf(quiet)).toContain('Acknowledged 1,204,510 Present 1,204,512 Lost 0 Duplicated 0');
    expect(quiet).not.toContain('data-severity="p2"');

    const data = { acknowledged: 120, present: 117, lost: 3, lossBound: 3, duplicated: 1 };
    const loud = render(<SwitchoverPanel switchover={{ ...switchover, data }} keepsData />);
    expect(loud).toContain('data-lost="3"');
    expect([...loud.matchAll(/<strong[^>]*data-severity="p2"/g)]).toHaveLength(2);
    expect(textOf(loud)).toMatch(/Lost 3 .*Duplicated 1/);
    expect(textOf(render(<SwitchoverPanel switchover={{ ...switchover, data }} />, 'zh-CN'))).toContain('丢失 3');
  });

  it.each([
    [{ lost: null, lossBound: 40 }, 'not known exactly, at most 40'],
    [{ lost: null, lossBound: null }, 'nobody can say how many'],
  ])('never takes an unknown loss for none (%#)', (over, words) => {
    const data = { acknowledged: null, present: 117, duplicated: 0, ...over };
    const markup = render(<SwitchoverPanel switchover={{ ...switchover, data }} keepsData />);
    expect(markup).toMatch(/<strong[^>]*data-severity="p2"/);
    expect(textOf(markup)).toContain(words);
  });

  it('says that the data is not known yet, where there is data', () => {
    const without = { ...switchover, data: null };
    expect(render(<SwitchoverPanel switchover={without} keepsData />)).toContain('is not known yet');
    expect(render(<SwitchoverPanel switchover={without} />)).not.toContain('switchover-data');
  });

  it('shows how far loading has come, while it runs', () => {
    const running = { ...switchover, outcome: 'running' as const, endedAtMs: null, data: null };
    const load = { done: 412_000, total: 1_000_000 };
    const markup = render(<SwitchoverPanel switchover={running} load={load} keepsData />);
    expect(markup).toMatch(/<progress[^>]*value="0.412"/);
    expect(textOf(markup)).toContain('412,000 of 1,000,000 records');
    const told = message('failover.loadingData', { instance: 'B', done: 500_000, total: 1_000_000 });
    const steps = running.steps.map((step) =>
      step.name === 'load' ? { ...step, result: 'running' as const, detail: told } : step,
    );
    const later = render(<SwitchoverPanel switchover={{ ...running, steps }} load={load} keepsData />);
    expect(textOf(later)).toContain('500,000 of 1,000,000 records');
    expect(textOf(later)).not.toContain('is loading');
    expect(render(<SwitchoverPanel switchover={switchover} load={load} keepsData />)).not.toContain('<progress');
  });
});
