import type { CatalogueSection } from './section.ts';

/** What is said where both instances of a pair serve, and of the operator's choice between them. */
export const splitBrain: CatalogueSection = {
  'zh-CN': {
    'state.splitBrain': '两个实例同时在服务',
    'state.next.lowerStepsDown':
      '{{instance}} 的任期（{{epoch}}）较低，会自行让位；若它迟迟不让位，请在其服务器上停止它：它可能连着别的 ZooKeeper',
    'state.next.chooseOne':
      '请选择保留哪一个；另一个若能在其服务器上停止，先停止它最稳妥。任期相同或未知，程序无法判断',
    'state.next.stopOne': '请在服务器上停止其中一个：任期相同或未知，且由节点自行切换',
    'failover.trigger.choice': '操作员选择保留 {{to}}，{{from}} 退出',
    'failover.drain.serves': '{{instance}} 自己就在服务：没有需要追平的数据',
    'plan.choice.drain': '跳过：{{to}} 自己就在服务，没有需要追平的数据',
    'plan.choice.promote': '{{to}} 放下原来的任期后，以任期 {{epoch}} 重新升主（45184006）',
    'preflight.serves.pass': '{{instance}} 正在服务（心跳应答 0）',
    'preflight.goes.pass': '{{instance}} 已注册，会按路由自行让位',
    'preflight.goes.unknown':
      '无法确定 {{instance}} 是否会按路由让位（未在此 ZooKeeper 注册，或不会自行停止）：可能须在其服务器上停止它',
    'preflight.unknown.twoServed':
      '两者同时服务以来，客户端只写到 {{from}} 的内容 {{to}} 没有，数量无法得知；{{from}} 恢复为备机时会另存这些写入',
    'preflight.unknown.goes':
      '{{from}} 何时停止服务无法得知：路由先关闭，在确证它退出之前没有客户端得到服务；超时仍无法确证时停在那里，由操作员处理',
    'loss.twoServed': '两者同时服务以来只写到另一个实例的记录，数量无法判断',
  },
  en: {
    'state.splitBrain': 'Both instances serve at the same time',
    'state.next.lowerStepsDown':
      '{{instance}} has the lower epoch ({{epoch}}) and steps down by itself; if it does not, stop it on its server: it may be connected to another ZooKeeper',
    'state.next.chooseOne':
      'Choose which one stays; if the other can be stopped on its server, that first is the safest. The epochs are equal or unknown, so nothing here can tell',
    'state.next.stopOne':
      'Stop one of the two on its server: the epochs are equal or unknown, and the nodes switch over by themselves',
    'failover.trigger.choice': 'The operator chose that {{to}} stays and {{from}} goes',
    'failover.drain.serves': '{{instance}} serves itself: there is nothing to catch up with',
    'plan.choice.drain': 'Skipped: {{to}} serves itself and has nothing to catch up with',
    'plan.choice.promote': '{{to}} lets go of its earlier epoch and is promoted anew (45184006, epoch {{epoch}})',
    'preflight.serves.pass': '{{instance}} serves (answers heartbeats with 0)',
    'preflight.goes.pass': '{{instance}} is registered and steps down by the route',
    'preflight.goes.unknown':
      'Whether {{instance}} steps down by the route is not known (it is not registered in this ZooKeeper, or does not stop by itself): it may have to be stopped on its server',
    'preflight.unknown.twoServed':
      'What clients wrote to {{from}} alone since both serve is not on {{to}}, and nobody can say how much it is; {{from}} keeps it aside when it comes back as standby',
    'preflight.unknown.goes':
      'When {{from}} stops serving cannot be known: the route is closed first, and nobody is served until it is proved out; where that cannot be proved in time it ends there, for the operator',
    'loss.twoServed': 'How many records were written to the other instance alone since both serve nobody can say',
  },
};
