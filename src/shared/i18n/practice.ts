import type { CatalogueSection } from './section.ts';

export const practice: CatalogueSection = {
  'zh-CN': {
    'practice.notStarted': '演练环境未能启动：{{reason}}',
    'practice.instanceNotStarted': '演练实例 {{instance}} 未能启动：{{reason}}',
    'practice.noPrimary': '演练实例 {{instance}} 在 {{seconds}} 秒内没有成为主机。{{note}}',
    'practice.instanceEnded': '演练实例 {{instance}} 自行退出，可将其重新启动。',
    'practice.noSuchInstance': '演练环境中没有实例 {{instance}}，或演练环境尚未启动。',
    'practice.faultNotNow': '实例 {{instance}} 当前状态为 {{state}}，不能执行 {{fault}}。',
    'practice.drill.starting': '正在启动演练：{{fault}}，切换方 {{driver}}',
    'practice.drill.expectSwitch': '必须发生：备机接管服务，任期恰好加一，原主机不再应答成功。',
    'practice.drill.expectHang':
      '必须发生：备机接管服务，任期恰好加一；原主机恢复运行后观察 5 秒，不得有任何成功应答。',
    'practice.drill.expectStay': '必须发生：不切换，任期不变，客户端感觉不到中断。',
    'practice.drill.expectZooKeeperDown':
      '必须发生：ZooKeeper 停止 3 个会话超时期间及恢复之后，不切换，任期不变，客户端感觉不到中断，全部重新注册。',
    'practice.drill.noRoute': '结束时读不到路由。',
    'practice.drill.notServed': '故障之后客户端没有再得到成功应答。',
    'practice.drill.zombie': '已让位的 {{instance}} 仍有 {{count}} 次成功应答。',
    'practice.drill.wrongPrimary': '路由指向 {{found}}，应为 {{expected}}。',
    'practice.drill.wrongEpoch': '任期为 {{found}}，应为 {{expected}}。',
    'practice.drill.epochBetween': '两次演练之间任期变为 {{found}}，应保持 {{expected}}。',
    'practice.drill.routeClosed': '结束时路由没有打开。',
    'practice.drill.servedByOther': '结束时服务客户端的是 {{found}}，应为 {{expected}}。',
    'practice.drill.switched': '发起了 {{count}} 次切换，应为 0 次。',
    'practice.drill.outage': '客户端中断了 {{outageMs}} ms，应为 0。',
    'practice.drill.noSwitch': '{{seconds}} 秒内切换没有完成。',
    'practice.drill.stillRegistered': '{{seconds}} 秒后 {{instance}} 仍然登记在 ZooKeeper 中。',
    'practice.drill.notBack': 'ZooKeeper 恢复后主备对没有恢复完整：{{missing}}',
    'practice.drill.notWatched': '未能观察恢复后的 {{instance}}。',
    'practice.drill.problem': '出错：{{reason}}',
    'practice.drill.runOk': '第 {{run}}/{{runs}} 次：符合预期，中断 {{outage}} ms，判定 {{detect}} ms，任期 {{epoch}}',
    'practice.drill.runFailed':
      '第 {{run}}/{{runs}} 次：不符合预期，中断 {{outage}} ms，判定 {{detect}} ms，任期 {{epoch}}',
    'practice.drill.title': '演练 {{fault}}，切换方 {{driver}}，ZooKeeper {{zookeeper}}',
    'practice.drill.run':
      '第 {{run}} 次：主机 {{primaryBefore}} → {{primaryAfter}}，任期 {{epochBefore}} → {{epochAfter}}，中断 {{outage}} ms（±{{error}}），判定 {{detect}} ms，升主 {{promote}} ms，已让位者成功应答 {{zombie}} 次',
    'practice.drill.outages': '中断时长：最短 {{min}} ms，中位 {{median}} ms，最长 {{max}} ms',
    'practice.drill.ok': '结果：符合预期',
    'practice.drill.notOk': '结果：不符合预期',
  },
  en: {
    'practice.notStarted': 'The practice environment did not start: {{reason}}',
    'practice.instanceNotStarted': 'Practice instance {{instance}} did not start: {{reason}}',
    'practice.noPrimary': 'Practice instance {{instance}} did not become primary within {{seconds}} s. {{note}}',
    'practice.instanceEnded': 'Practice instance {{instance}} ended by itself. It can be restarted.',
    'practice.noSuchInstance': 'The practice environment has no instance {{instance}}, or is not running.',
    'practice.faultNotNow': 'Instance {{instance}} is {{state}}: {{fault}} cannot be done now.',
    'practice.drill.starting': 'Starting the drill: {{fault}}, driver {{driver}}',
    'practice.drill.expectSwitch':
      'Must happen: the standby serves, the epoch is raised by exactly one, and the old primary gives no good reply any more.',
    'practice.drill.expectHang':
      'Must happen: the standby serves and the epoch is raised by exactly one; the old primary, resumed and watched for 5 s, gives no good reply.',
    'practice.drill.expectStay': 'Must happen: nothing switches, the epoch is unchanged, and clients see no outage.',
    'practice.drill.expectZooKeeperDown':
      'Must happen: with ZooKeeper stopped for 3 session time-outs, and after it is back, nothing switches, the epoch is unchanged, clients see no outage, and everything is registered again.',
    'practice.drill.noRoute': 'The route could not be read in the end.',
    'practice.drill.notServed': 'The client got no good reply after the failure.',
    'practice.drill.zombie': '{{instance}} gave {{count}} good replies after it had been replaced.',
    'practice.drill.wrongPrimary': 'The route names {{found}}; it should name {{expected}}.',
    'practice.drill.wrongEpoch': 'The epoch is {{found}}; it should be {{expected}}.',
    'practice.drill.epochBetween': 'Between two runs the epoch became {{found}}; it should have stayed {{expected}}.',
    'practice.drill.routeClosed': 'The route was not open in the end.',
    'practice.drill.servedByOther': 'In the end the client was served by {{found}}; it should be {{expected}}.',
    'practice.drill.switched': '{{count}} switchovers were begun; there should be none.',
    'practice.drill.outage': 'Clients saw an outage of {{outageMs}} ms; there should be none.',
    'practice.drill.noSwitch': 'The switchover was not over within {{seconds}} s.',
    'practice.drill.stillRegistered': '{{instance}} was still registered in ZooKeeper after {{seconds}} s.',
    'practice.drill.notBack': 'The pair was not whole again after ZooKeeper came back: {{missing}}',
    'practice.drill.notWatched': '{{instance}} could not be watched after it was resumed.',
    'practice.drill.problem': 'Trouble: {{reason}}',
    'practice.drill.runOk':
      'Run {{run}} of {{runs}}: as it must be; outage {{outage}} ms, verdict after {{detect}} ms, epoch {{epoch}}',
    'practice.drill.runFailed':
      'Run {{run}} of {{runs}}: NOT as it must be; outage {{outage}} ms, verdict after {{detect}} ms, epoch {{epoch}}',
    'practice.drill.title': 'Drill {{fault}}, driver {{driver}}, ZooKeeper {{zookeeper}}',
    'practice.drill.run':
      'Run {{run}}: primary {{primaryBefore}} → {{primaryAfter}}, epoch {{epochBefore}} → {{epochAfter}}, outage {{outage}} ms (±{{error}}), verdict {{detect}} ms, promotion {{promote}} ms, good replies of the replaced one {{zombie}}',
    'practice.drill.outages': 'Outage: min {{min}} ms, median {{median}} ms, max {{max}} ms',
    'practice.drill.ok': 'Result: as it must be',
    'practice.drill.notOk': 'Result: NOT as it must be',
  },
};
