const chinese = {
  'screen.overview.title': '总览',
  'screen.abnormal.label': '异常主备对',
  'screen.abnormal.none': '一切正常，监视中的主备对：{{count}}',
  'screen.abnormal.some': '异常 {{count}} / 共 {{total}}',
  'screen.abnormal.item': '{{state}}：{{node}}。{{what}}',
  'screen.tile.beats': '{{rate}} 次/秒',
  'screen.tile.epoch': '任期 {{epoch}}',
  'screen.tile.was': '最后已知：{{state}}',
  'screen.tile.lastHeard': '最近收到数据',
  'screen.tile.neverHeard': '从未收到数据',

  'screen.firstRun.title': '看护第一个主备对',
  'screen.firstRun.text':
    '演练环境在本机运行两个参考节点和一个 ZooKeeper。可以随意弄坏、切换，看看客户端会看到什么。它不碰其他任何东西，用完自行清理。',
  'screen.firstRun.noPractice': '本机无法运行演练环境。请添加一个环境开始使用。',
};

const english: Record<keyof typeof chinese, string> = {
  'screen.overview.title': 'Overview',
  'screen.abnormal.label': 'Abnormal pairs',
  'screen.abnormal.none': 'Nothing abnormal. Pairs watched: {{count}}',
  'screen.abnormal.some': 'Abnormal: {{count}} of {{total}}',
  'screen.abnormal.item': '{{state}}: {{node}}. {{what}}',
  'screen.tile.beats': '{{rate}} beats/s',
  'screen.tile.epoch': 'epoch {{epoch}}',
  'screen.tile.was': 'Last known: {{state}}',
  'screen.tile.lastHeard': 'Last heard',
  'screen.tile.neverHeard': 'Never heard from',

  'screen.firstRun.title': 'Watch your first pair',
  'screen.firstRun.text':
    'The practice environment runs two reference nodes and a ZooKeeper on this machine. Break them, switch them over, and see what clients would see. It touches nothing else and cleans up after itself.',
  'screen.firstRun.noPractice': 'The practice environment cannot run on this machine. Add an environment to begin.',
};

/** The overview: what is abnormal, a tile a pair, and the first run. */
export const screenOverview = { 'zh-CN': chinese, en: english };
