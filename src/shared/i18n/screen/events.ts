const chinese = {
  'screen.events.title': '事件',
  'screen.events.none': '还没有事件。',
  'screen.events.time': '时间（{{zone}}）',
  'screen.events.severity': '级别',
  'screen.events.pair': '主备对',
  'screen.events.allPairs': '全部主备对',
  'screen.events.instance': '实例',
  'screen.events.what': '发生了什么',
  'screen.events.older': '加载更早的事件',
  'screen.events.complete': '已全部显示',
};

const english: Record<keyof typeof chinese, string> = {
  'screen.events.title': 'Events',
  'screen.events.none': 'No events yet.',
  'screen.events.time': 'Time ({{zone}})',
  'screen.events.severity': 'Priority',
  'screen.events.pair': 'Pair',
  'screen.events.allPairs': 'All pairs',
  'screen.events.instance': 'Instance',
  'screen.events.what': 'What happened',
  'screen.events.older': 'Load older events',
  'screen.events.complete': 'These are all',
};

/** The list of events. */
export const screenEvents = { 'zh-CN': chinese, en: english };
