import { expect, it } from 'vitest';
import { OptionsPanel } from '#renderer/features/pair';
import type { DeadEndView } from '#shared/contract';
import { message } from '#shared/domain';
import { pairView } from './pair-view.ts';
import { render, textOf } from './render.tsx';

const deadEnd: DeadEndView = {
  known: [
    message('failover.proof.noneRequired', {
      ...{ instance: 'A', reason: 'failover.command.fence.failed', runs: 6, exitCode: 255, output: 'No route to host' },
    }),
    message('deadEnd.verdict.silent', { instance: 'A', reason: 'failover.network.silent', silentMs: 4_000 }),
  ],
  options: [
    { kind: 'promote', instance: 'B', message: message('option.promote.loss', { instance: 'B', bound: 1_430 }) },
    {
      kind: 'attest',
      instance: 'A',
      incarnation: 'A-1',
      epoch: 5,
      message: message('option.attest', { instance: 'A' }),
    },
    {
      kind: 'start',
      instance: 'A',
      message: message('option.start.standby', { instance: 'A' }),
      command: ['/usr/bin/ssh', 'kuantu@10.8.3.11', 'start mt'],
    },
    { kind: 'mount', instance: 'B', message: message('option.mount', { instance: 'B', directory: '/mnt/peer a' }) },
    { kind: 'wait', instance: null, message: message('option.wait.nothing') },
  ],
};
const panel = (view: DeadEndView | undefined, locale: 'en' | 'zh-CN') =>
  textOf(
    render(<OptionsPanel pair={pairView(view ? { deadEnd: view } : {})} promotable onPromote={() => {}} />, locale),
  );

it('is not there while somebody serves', () => {
  expect(panel(undefined, 'en')).toBe('');
});

it('says what is known and offers every way out with its button or its command', () => {
  const text = panel(deadEnd, 'en');
  expect(text).toMatch(/before the fence hook of A has succeeded.*exit code 255.*No route to host/i);
  expect(text).toContain('A is silent. No answer for 4 s');
  expect(text).toMatch(/up to 1430 acknowledged records.*Promote B…/);
  expect(text).toContain('I have made sure that A is off…');
  expect(text).toContain("/usr/bin/ssh kuantu@10.8.3.11 'start mt'");
  expect(text).toContain("df -h '/mnt/peer a'");
  expect(text).toContain('the policy lets no console act by itself');
});

it('says the same in Chinese', () => {
  expect(panel(deadEnd, 'zh-CN')).toMatch(/隔离钩子.*退出码 255.*升主 B….*我已确认 A 已关闭….*等待/);
});
