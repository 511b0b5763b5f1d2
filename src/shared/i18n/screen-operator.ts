/** The words of what an operator looks at, asks for and approves on the pair page. */
export const screenOperatorChinese = {
  'screen.close': '关闭',
  'screen.dryRun.open': '预演…',
  'screen.dryRun.of': '预演：将 {{instance}} 升主',
  'screen.dryRun.title': '预演：将 {{node}} 切换到 {{instance}}',
  'screen.dryRun.asOf': '{{time}} 的情况；什么都没有执行',
  'screen.dryRun.steps': '将依次执行',
  'screen.dryRun.wouldGo': '现在会被拒绝；否则将依次执行',
} as const;

export const screenOperatorEnglish: Record<keyof typeof screenOperatorChinese, string> = {
  'screen.close': 'Close',
  'screen.dryRun.open': 'Dry run…',
  'screen.dryRun.of': 'Dry run of promoting {{instance}}',
  'screen.dryRun.title': 'Dry run: {{node}} to {{instance}}',
  'screen.dryRun.asOf': 'As of {{time}}; nothing has been done',
  'screen.dryRun.steps': 'The steps, in order',
  'screen.dryRun.wouldGo': 'It would be refused now; otherwise the steps, in order',
};
