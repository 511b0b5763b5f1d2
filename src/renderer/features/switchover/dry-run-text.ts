import { shellWord } from '#renderer/components';
import type { Words } from '#renderer/i18n';
import type { DryRun } from '#shared/contract';
import { expectedOutage, kindOf } from './kind-of.ts';
import { worstFirst } from './worst-first.ts';

/** A dry run as plain text, to be handed to somebody who does not sit here: what the dialog shows, line by line. */
export function dryRunText({ t, say, f, locale }: Words, dryRun: DryRun, node: string, atMs: number): string {
  const { to, from, refusal, loss, needsApproval, checks, plan, unknowns } = dryRun;
  const expected = expectedOutage({ t, f }, dryRun);
  const colon = locale === 'zh-CN' ? '：' : ': ';
  const limit = (ms: number | null) => (ms === null ? '' : ` (${t('screen.promote.limit', { time: f.duration(ms) })})`);
  const lossLine = (bound: number | null) =>
    bound === null
      ? t('screen.promote.loss.unknown', { instance: to })
      : t('screen.promote.loss.atMost', { instance: to, bound: f.number(bound) });
  const part = (title: string, lines: readonly string[]) => (lines.length === 0 ? [] : ['', title, ...lines]);
  return [
    t('screen.dryRun.title', { node, instance: to }),
    t('screen.dryRun.asOf', { time: f.moment(atMs) }),
    `${t('screen.promote.kind')}${colon}${t(kindOf(dryRun))}`,
    `${t('screen.promote.change')}${colon}${from ?? t('screen.none')} → ${to}`,
    `${t('screen.promote.expected')}${colon}${expected}`,
    ...(refusal ? [say(refusal)] : []),
    ...(loss ? [lossLine(loss.bound), say(loss.reason)] : []),
    ...(needsApproval ? [t('screen.approval.needed')] : []),
    ...part(
      t('screen.promote.checks'),
      checks
        .toSorted(worstFirst)
        .map(({ result, message }) => `- ${t(`screen.check.${result}`)}${colon}${say(message)}`),
    ),
    ...part(
      t(refusal ? 'screen.dryRun.wouldGo' : 'screen.dryRun.steps'),
      plan.flatMap((step, index) => {
        const name = t(`screen.step.${step.step}`);
        const commands = (step.commands ?? []).map(
          ({ purpose, arguments: given, when, timeoutMs }) =>
            `   ${t(`screen.command.${purpose}`)}${colon}${given.map(shellWord).join(' ')}${limit(timeoutMs)} – ${say(when)}`,
        );
        return [`${index + 1}. ${name}${colon}${say(step.message)}${limit(step.timeoutMs)}`, ...commands];
      }),
    ),
    ...part(
      t('screen.promote.unknowns'),
      unknowns.map((unknown) => `- ${say(unknown)}`),
    ),
    '',
  ].join('\n');
}
