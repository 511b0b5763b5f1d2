const chinese = {
  'screen.product': '宽途主备控制台',
  'screen.nav': '主导航',
  'screen.skip': '跳到正文',
  'screen.language': '语言',
  'screen.theme': '主题',
  'screen.theme.system': '跟随系统',
  'screen.theme.light': '浅色',
  'screen.theme.dark': '深色',
  'screen.waiting': '正在等待首批数据…',
  'screen.cancel': '取消',
  'screen.edit': '编辑',
  'screen.remove': '移除',
  'screen.none': '无',
  'screen.of': '{{who}}：{{what}}',
  'screen.totals': '{{count}} {{what}}',
  'screen.configProblem': '配置文件无法使用',

  'screen.time.now': '刚刚',
  'screen.time.ago': '{{age}}前',
  'screen.time.since': '始于',

  'screen.link.lost': '自 {{time}} 起与控制台失去连接',
  'screen.link.retrying': '以下均为断开前的数据。正在重新连接…',
  'screen.link.gone': '以下均为断开前的数据。控制台还在运行吗？如果它已重启，请打开它新打印的地址。',

  'screen.error.unexpected': '出现意外错误：{{detail}}',
  'screen.error.linkLost': '控制台尚未答复，连接就断开了。操作是否已执行未知：请先查看当前状态，再决定是否重试。',
  'screen.error.noLink': '与控制台没有连接，未执行任何操作。',
  'screen.error.timeout': '控制台在 {{seconds}} 秒内没有答复。操作是否已执行未知：请先查看当前状态，再决定是否重试。',

  'screen.notices.enable': '开启通知',

  'screen.copy': '复制',
  'screen.copy.done': '已复制',
  'screen.copy.what': '复制：{{text}}',
};

const english: Record<keyof typeof chinese, string> = {
  'screen.product': 'KuanTu HA Console',
  'screen.nav': 'Main',
  'screen.skip': 'Skip to content',
  'screen.language': 'Language',
  'screen.theme': 'Theme',
  'screen.theme.system': 'System',
  'screen.theme.light': 'Light',
  'screen.theme.dark': 'Dark',
  'screen.waiting': 'Waiting for the first data…',
  'screen.cancel': 'Cancel',
  'screen.edit': 'Edit',
  'screen.remove': 'Remove',
  'screen.none': 'nobody',
  'screen.of': '{{who}}: {{what}}',
  'screen.totals': '{{count}} {{what}}',
  'screen.configProblem': 'The configuration file could not be used',

  'screen.time.now': 'now',
  'screen.time.ago': '{{age}} ago',
  'screen.time.since': 'since',

  'screen.link.lost': 'No link to the console since {{time}}',
  'screen.link.retrying': 'All values below are of the past. Connecting again…',
  'screen.link.gone':
    'All values below are of the past. Is the console still running? If it was restarted, open the new address that it printed.',

  'screen.error.unexpected': 'Something unexpected went wrong: {{detail}}',
  'screen.error.linkLost':
    'The link to the console was lost before it answered. Whether it was done is not known: look at the state before trying again.',
  'screen.error.noLink': 'There is no link to the console. Nothing was done.',
  'screen.error.timeout':
    'The console did not answer within {{seconds}} s. Whether it was done is not known: look at the state before trying again.',

  'screen.notices.enable': 'Enable notifications',

  'screen.copy': 'Copy',
  'screen.copy.done': 'Copied',
  'screen.copy.what': 'Copy: {{text}}',
};

/** What stands on every page: its frame, the link to main, what went wrong, and words of many places. */
export const screenFrame = { 'zh-CN': chinese, en: english };
