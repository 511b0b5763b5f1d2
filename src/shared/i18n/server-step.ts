import type { CatalogueSection } from './section.ts';

/** What one change on a server says of itself. */
export const serverStep: CatalogueSection = {
  'zh-CN': {
    'serverStep.notDirectory': '{{path}} 已存在，但不是目录',
    'serverStep.noChain': 'nftables 中没有链 {{chain}}，或无法读取',
    'serverStep.foreign': '该处已有别人设置的不同内容：未作任何更改。差异见证据',
    'serverStep.changedMeanwhile': '{{path}} 在显示差异之后被改动过：未作任何更改',
    'serverStep.changedSince': '{{path}} 在写入之后又被改动过：未恢复。备份与现状的差异见证据',
    'serverStep.remedy.install': '请安装含有 {{program}} 的软件包。',
    'serverStep.remedy.otherPath': '请移走它，或选择另一个目录。',
    'serverStep.remedy.chain': '请填写决定入站流量的表和链（用 `nft list ruleset` 查看）。',
  },
  en: {
    'serverStep.notDirectory': '{{path}} is there and is no directory',
    'serverStep.noChain': 'There is no chain {{chain}} in nftables, or it cannot be read',
    'serverStep.foreign':
      "Something else of somebody else's stands there: nothing was changed. The evidence has the difference",
    'serverStep.changedMeanwhile': '{{path}} was changed after its difference was shown: nothing was changed',
    'serverStep.changedSince':
      '{{path}} was changed again after it was written: it was not taken back. The evidence has the difference to the backup',
    'serverStep.remedy.install': 'Install the package that has {{program}}.',
    'serverStep.remedy.otherPath': 'Move it away, or choose another directory.',
    'serverStep.remedy.chain': 'Enter the table and chain that decide what comes in (`nft list ruleset` shows them).',
  },
};
