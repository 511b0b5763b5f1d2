/** The words of the checks on the servers, on the pair page. */
export const screenChecksChinese = {
  'screen.checks.title': '服务器检查',
  'screen.checks.run': '立即检查',
  'screen.checks.again': '重新检查',
  'screen.checks.running': '正在检查…',
  'screen.checks.none': '控制台启动以来尚未检查过两台服务器',
  'screen.checks.pair': '主备对整体',
  'screen.checks.of': '{{host}} 的服务器',
  'screen.checks.word.ready': '就绪',
  'screen.checks.word.not-ready': '未就绪',
  'screen.checks.word.unknown': '就绪未知',
  'screen.checks.readiness.ready': '备机已就绪，可以接管',
  'screen.checks.readiness.not-ready': '备机不能接管',
  'screen.checks.readiness.unknown': '尚不清楚备机能否接管',
};

export const screenChecksEnglish: Record<keyof typeof screenChecksChinese, string> = {
  'screen.checks.title': 'Checks on the servers',
  'screen.checks.run': 'Check now',
  'screen.checks.again': 'Check again',
  'screen.checks.running': 'Checking…',
  'screen.checks.none': 'The two servers have not been looked at since the console started',
  'screen.checks.pair': 'The pair as a whole',
  'screen.checks.of': 'Server of {{host}}',
  'screen.checks.word.ready': 'ready',
  'screen.checks.word.not-ready': 'not ready',
  'screen.checks.word.unknown': 'readiness unknown',
  'screen.checks.readiness.ready': 'The standby is ready to take over',
  'screen.checks.readiness.not-ready': 'The standby cannot take over',
  'screen.checks.readiness.unknown': 'Whether the standby can take over is not known',
};
