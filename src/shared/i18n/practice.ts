import type { CatalogueSection } from './catalogue.ts';

export const practice: CatalogueSection = {
  'zh-CN': {
    'practice.notStarted': '演练环境未能启动：{{reason}}',
    'practice.instanceNotStarted': '演练实例 {{instance}} 未能启动：{{reason}}',
    'practice.noPrimary': '演练实例 {{instance}} 在 {{seconds}} 秒内没有成为主机。{{note}}',
    'practice.instanceEnded': '演练实例 {{instance}} 自行退出，可将其重新启动。',
    'practice.noSuchInstance': '演练环境中没有实例 {{instance}}，或演练环境尚未启动。',
    'practice.faultNotNow': '实例 {{instance}} 当前状态为 {{state}}，不能执行 {{fault}}。',
  },
  en: {
    'practice.notStarted': 'The practice environment did not start: {{reason}}',
    'practice.instanceNotStarted': 'Practice instance {{instance}} did not start: {{reason}}',
    'practice.noPrimary': 'Practice instance {{instance}} did not become primary within {{seconds}} s. {{note}}',
    'practice.instanceEnded': 'Practice instance {{instance}} ended by itself. It can be restarted.',
    'practice.noSuchInstance': 'The practice environment has no instance {{instance}}, or is not running.',
    'practice.faultNotNow': 'Instance {{instance}} is {{state}}: {{fault}} cannot be done now.',
  },
};
