import { failoverEn } from './failover-en.ts';
import { failoverZh } from './failover-zh.ts';
import type { CatalogueSection } from './section.ts';

/** The procedure's steps (DESIGN "The procedure") and how each can end, put together into one line per step and end. */
const STEP_NAMES: Record<string, [zh: string, en: string]> = {
  detect: ['发现故障', 'detect'],
  lock: ['确认控制台锁', 'lock'],
  drain: ['等待备机追平', 'drain'],
  'close-route': ['关闭路由', 'close route'],
  'prove-old-out': ['确认原主机已退出', 'prove the old primary out'],
  promote: ['升主', 'promote'],
  load: ['加载', 'load'],
  complete: ['完成启动', 'complete the start-up'],
  verify: ['校验', 'verify'],
  'open-route': ['打开路由', 'open route'],
  report: ['报告', 'report'],
  'restart-old': ['原主机转为备机', 'make the old primary the standby'],
};
const STEP_RESULTS: Record<string, [zh: string, en: string]> = {
  ok: ['完成（{{tookMs}}）', 'done ({{tookMs}})'],
  retried: ['重试后完成（{{tookMs}}）', 'done after retries ({{tookMs}})'],
  failed: ['失败（{{tookMs}}）', 'failed ({{tookMs}})'],
  unknown: ['结果尚不明确，继续跟踪（{{tookMs}}）', 'outcome not known yet; it is being followed ({{tookMs}})'],
  skipped: ['跳过（{{tookMs}}）', 'skipped ({{tookMs}})'],
};

function stepLines(language: 0 | 1): Record<string, string> {
  const lines: Record<string, string> = {};
  for (const [name, words] of Object.entries(STEP_NAMES)) {
    lines[`step.${name}`] = words[language];
    for (const [result, end] of Object.entries(STEP_RESULTS))
      lines[`step.${result}.${name}`] = language === 0 ? `${words[0]}：${end[0]}` : `Step "${words[1]}" ${end[1]}`;
  }
  return lines;
}

/** What the failover engine says: states and their reasons, blockers, steps, plans, preflight checks, notices. */
export const failover: CatalogueSection = {
  'zh-CN': {
    ...stepLines(0),
    ...failoverZh,
  },
  en: {
    ...stepLines(1),
    ...failoverEn,
  },
};
