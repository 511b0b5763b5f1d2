import type { CatalogueSection } from './section.ts';

/** Who would act next, and when. */
export const foresight: CatalogueSection = {
  'zh-CN': {
    'foresight.acting': '正在将 {{to}} 升为主机（{{actor}}）',
    'foresight.unknown': '尚不清楚会由谁接替',
    'foresight.node': '若 {{from}} 退出，{{to}} 会自行升主；控制台只观察和测量',
    'foresight.nobody': '目前没有控制台能够动作：{{from}} 若退出，不会自动切换到 {{to}}',
    'foresight.held': '目前不会自动切换到 {{to}}：阻止的原因见“策略”一栏（{{count}} 项）',
    'foresight.now': '{{actor}} 即将把 {{to}} 升为主机',
    'foresight.calm':
      '若 {{from}} 不再应答，ZooKeeper 最迟在其最后一次通信之后 {{seconds}} 秒将其除名；随后由 {{actor}} 把 {{to}} 升为主机',
    'foresight.calm.host':
      '若 {{from}} 的进程已不存在，{{actor}} 立即把 {{to}} 升为主机；若只是不再应答，则等 ZooKeeper 将其除名（最迟在其最后一次通信之后 {{seconds}} 秒）',
    'foresight.calm.unknown': '若 {{from}} 不再应答，待 ZooKeeper 将 {{from}} 除名后，由 {{actor}} 把 {{to}} 升为主机',
    'foresight.waiting': '若 {{from}} 已退出，ZooKeeper 会在所示时限内将其除名；随后由 {{actor}} 把 {{to}} 升为主机',
    'foresight.letGo': 'ZooKeeper 已将 {{from}} 除名；一旦断定它已退出，由 {{actor}} 把 {{to}} 升为主机',
    'foresight.orderly': '若到 {{untilAt}} 仍连不上 {{from}}，{{actor}} 按策略有序切换到 {{to}}',
    'foresight.kept':
      '{{from}} 没有应答，但 ZooKeeper 保留它的时间已超过一个已退出的进程：它仍在运行，不会被当作已退出',
  },
  en: {
    'foresight.acting': '{{to}} is being promoted ({{actor}})',
    'foresight.unknown': 'Who would take over is not known',
    'foresight.node': 'If {{from}} goes, {{to}} promotes itself; the console only watches and measures',
    'foresight.nobody': 'No console could act now: if {{from}} goes, nobody switches over to {{to}} by itself',
    'foresight.held':
      'Nothing switches over to {{to}} by itself now: what blocks it is listed under Policy ({{count}})',
    'foresight.now': '{{actor}} is about to promote {{to}}',
    'foresight.calm':
      'If {{from}} falls silent, ZooKeeper lets it go at most {{seconds}} s after its last word; then {{actor}} promotes {{to}}',
    'foresight.calm.host':
      'If the process of {{from}} is gone, {{actor}} promotes {{to}} at once; if it only falls silent, once ZooKeeper lets it go (at most {{seconds}} s after its last word)',
    'foresight.calm.unknown': 'If {{from}} falls silent, {{actor}} promotes {{to}} once ZooKeeper has let {{from}} go',
    'foresight.waiting':
      'If {{from}} has ended, ZooKeeper lets it go within the time shown; then {{actor}} promotes {{to}}',
    'foresight.letGo': 'ZooKeeper has let {{from}} go; once it is known to have ended, {{actor}} promotes {{to}}',
    'foresight.orderly':
      'If {{from}} cannot be reached until {{untilAt}}, {{actor}} switches over to {{to}} in order, by the policy',
    'foresight.kept':
      '{{from}} does not answer, but ZooKeeper has kept it for longer than it keeps one that has ended: it lives, and is not taken for gone',
  },
};
