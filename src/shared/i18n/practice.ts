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
      '必须发生：备机接管服务，任期恰好加一；原主机恢复运行后观察 5 秒，不得有任何成功应答或写入确认。',
    'practice.drill.expectStay': '必须发生：不切换，任期不变，客户端感觉不到中断。',
    'practice.drill.expectZooKeeperDown':
      '必须发生：ZooKeeper 停止 3 个会话超时期间及恢复之后，不切换，任期不变，客户端感觉不到中断，全部重新注册。',
    'practice.drill.expectPlanned':
      '必须发生：检查全部通过，备机接管服务，任期恰好加一，原主机成为备机，已确认的写入一条不少。',
    'practice.drill.expectDryRun': '必须发生：列出每一步和每项检查，ZooKeeper 中的持久节点（数据与版本）毫无改变。',
    'practice.drill.checkNotPassed': '切换前的检查 {{check}} 没有通过：{{found}}',
    'practice.drill.notPlanned': '控制台没有把它当作计划内切换：{{instance}} 似乎没有在服务。',
    'practice.drill.notStandbyAgain': '{{instance}} 没有成为备机。',
    'practice.drill.dryRun': '预演 {{from}} → {{to}}：',
    'practice.drill.atMost': '（最多 {{seconds}} 秒）',
    'practice.drill.znodesUnchanged': 'ZooKeeper：{{count}} 个持久节点的数据与版本没有改变',
    'practice.drill.znodesChanged': 'ZooKeeper 中有持久节点改变了：{{paths}}',
    'practice.drill.consoles': '控制台 {{count}} 个（各为独立进程），持锁：{{acting}}',
    'practice.drill.consoleKilled':
      '控制台 {{count}} 个：{{console}} 在步骤 {{step}} 开始 {{underWayMs}} ms 后被杀，{{finishedBy}} 在其后 {{finishedAfter}} ms 完成切换',
    'practice.drill.consoleKilledAsked':
      '控制台 {{count}} 个：{{console}} 在步骤 {{step}} 开始 {{underWayMs}} ms 后被杀，未留下任何记录；操作员改向 {{finishedBy}} 提出，在其后 {{finishedAfter}} ms 完成切换',
    'practice.drill.consoleNotKilled': '控制台 {{console}} 没有在步骤 {{step}} 被杀。',
    'practice.drill.notFinishedByOther': '完成切换的不是另一个控制台：{{found}}',
    'practice.drill.expectConsoleKilled': '正在操作的控制台在其中一步被杀；由另一个控制台完成，任期仍只加一。',
    'practice.drill.expectPartition':
      '必须发生：持锁的控制台连不上主机（备机、客户端和 ZooKeeper 都连得上），控制台说明原因，不切换，任期不变，客户端感觉不到中断。',
    'practice.drill.expectZooKeeperLeader':
      '必须发生：ZooKeeper 集群的 leader 被杀再重启，所有会话都保留，监视继续，不切换，任期不变，客户端感觉不到中断。',
    'practice.drill.expectFirewall':
      '必须发生：主机的 t2 和 f2 拒绝所有人而进程和 ZooKeeper 会话都在，控制台指明这一情况（网络或其主机上的防火墙），只凭网络证据不切换，任期不变；放开后原主机继续服务。',
    'practice.drill.expectFirewallSwitch':
      '必须发生：主机的 t2 和 f2 拒绝所有人而进程和 ZooKeeper 会话都在，满策略所定时间后有序切换：原主机自己声明已让位，备机接管，任期恰好加一。',
    'practice.drill.finding': '控制台 {{console}} 的判断：{{says}}（{{key}}）',
    'practice.drill.findingWhy': '不操作的原因：{{says}}（{{key}}）',
    'practice.drill.findingNotNamed': '控制台没有指明 {{instance}} 连不上但仍注册，或没有说明为何不操作：{{found}}',
    'practice.drill.findingNotKept': '控制台后来不再指明 {{instance}} 连不上但仍注册。',
    'practice.drill.notOrderly': '原主机 {{instance}} 不是自己声明让位的：{{found}}',
    'practice.drill.sessionsLost': '{{of}} 个会话中有 {{count}} 个没有保留。',
    'practice.drill.noRoute': '结束时读不到路由。',
    'practice.drill.notServed': '故障之后客户端没有再得到成功应答。',
    'practice.drill.zombie': '已让位的 {{instance}} 仍有 {{count}} 次成功应答或写入确认。',
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
    'practice.drill.expectWrites': '客户端持续写入：凡已确认的写入，最后读回一条不少、一条不重。',
    'practice.drill.expectKillBoth':
      '必须发生：两台实例都被杀、都重启之后，持有路由任期的实例重新提供服务，任期加一；不发生切换。',
    'practice.drill.expectLoseHost':
      '必须发生：主机连同数据一起消失之后，仅当可能丢失的已确认写入不超过允许条数时备机才自动接管（sync 模式允许 0 条）；否则拒绝升主并说明上限，由操作员接受后接管。报告逐条核对缺失的写入。',
    'practice.drill.expectUnmount':
      '必须发生：备机的挂载消失后，备机报告同步失败并指明目录；2 秒后主机被杀，升主被拒绝并说明可能丢失的条数；主机重启后继续服务，一条不少。',
    'practice.drill.expectUnmountForce':
      '必须发生：备机的挂载消失后，备机报告同步失败并指明目录；2 秒后主机被杀，升主被拒绝并说明可能丢失的条数；接受后备机接管，缺失的写入逐条核对，不超过该条数。',
    'practice.drill.expectLateStandby':
      '必须发生：主机停止后备机带着错误的挂载启动，备机报告错误状态，提示 df 并指明目录，不接管；主机重启后继续服务。',
    'practice.drill.expectDatabaseBlocked':
      '必须发生：连不上本地数据库期间写入照常，状态和告警指明数据库和可能的防火墙原因；恢复后积压写完；不切换，客户端感觉不到中断。',
    'practice.drill.notReturned': '{{seconds}} 秒内 {{instance}} 没有重新提供服务。',
    'practice.drill.notFailed': '{{instance}} 没有报告错误状态。',
    'practice.drill.notFollowing': '{{instance}} 没有重新开始同步。',
    'practice.drill.syncNotSaid': '{{instance}} 没有报告同步失败，或没有提示 df 和目录：{{said}}',
    'practice.drill.databaseNotSaid': '{{instance}} 没有报告连不上本地数据库 {{database}} 和可能的防火墙原因。',
    'practice.drill.databaseNotTold': '控制台没有告知连不上本地数据库 {{database}} 和可能的防火墙原因。',
    'practice.drill.noBacklog': '{{instance}} 没有保留待写入数据库的积压。',
    'practice.drill.notDecided': '没有看到升主是否被拒绝。',
    'practice.drill.boundNotSaid': '升主被拒绝，但没有说明可能丢失的条数。',
    'practice.drill.refusedThough': '升主被拒绝，但可能丢失的 {{bound}} 条并未超过允许的 {{allowed}} 条。',
    'practice.drill.nothingWritten': '没有任何写入得到确认。',
    'practice.drill.notReadBack': '未能读回写入：{{reason}}',
    'practice.drill.earlierChanged': '先前一轮（{{run}}）的 {{count}} 条写入最后与当时读回的不一致。',
    'practice.drill.lost': '{{count}} 条已确认的写入丢失，最多允许 {{allowed}} 条。',
    'practice.drill.duplicated': '{{count}} 条写入重复。',
    'practice.drill.rejectedPresent': '{{count}} 条明确被拒绝的写入却已写入。',
    'practice.drill.notDrained': '本地数据库的积压没有写完。',
    'practice.drill.rowsMissing': '本地数据库缺少 {{count}} 条写入。',
    'practice.drill.rowsDoubled': '本地数据库中 {{count}} 条写入重复。',
    'practice.drill.rowsSurplus': '本地数据库中有 {{count}} 条写入在主机上不存在。',
    'practice.drill.writes':
      '写入：已确认 {{acked}}，读回 {{present}}，丢失 {{lost}}，重复 {{duplicated}}，无应答 {{unknown}}',
    'practice.drill.database':
      '本地数据库 {{kind}}：{{rows}} 行，缺少 {{missing}}，重复 {{duplicated}}，最大积压 {{backlog}}，已写完',
    'practice.drill.databaseReason': '本地数据库写入程序当时报告：{{reason}}',
    'practice.drill.databaseNotDrained':
      '本地数据库 {{kind}}：{{rows}} 行，缺少 {{missing}}，重复 {{duplicated}}，最大积压 {{backlog}}，未写完',
    'practice.drill.syncFailed': '同步失败：{{reason}}',
    'practice.drill.refused': '升主被拒绝，最多可能丢失 {{bound}} 条：{{reason}}',
    'practice.drill.forced': '操作员接受丢失后升主，实际丢失 {{lost}} 条',
    'practice.drill.aside': '原主机独有的 {{writes}} 条写入已保存在 {{file}}',
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
      'Must happen: the standby serves and the epoch is raised by exactly one; the old primary, resumed and watched for 5 s, gives no good reply and acknowledges no write.',
    'practice.drill.expectStay': 'Must happen: nothing switches, the epoch is unchanged, and clients see no outage.',
    'practice.drill.expectZooKeeperDown':
      'Must happen: with ZooKeeper stopped for 3 session time-outs, and after it is back, nothing switches, the epoch is unchanged, clients see no outage, and everything is registered again.',
    'practice.drill.expectPlanned':
      'Must happen: every check passes, the standby serves, the epoch is raised by exactly one, the old primary becomes the standby, and no acknowledged write is missing.',
    'practice.drill.expectDryRun':
      'Must happen: every step and check is shown, and no persistent node in ZooKeeper changes, neither data nor version.',
    'practice.drill.checkNotPassed': 'A check before the switchover, {{check}}, did not pass: {{found}}',
    'practice.drill.notPlanned':
      'The console did not take it for a planned switchover: {{instance}} does not seem to serve.',
    'practice.drill.notStandbyAgain': '{{instance}} did not become the standby.',
    'practice.drill.dryRun': 'Dry run {{from}} → {{to}}:',
    'practice.drill.atMost': ' (at most {{seconds}} s)',
    'practice.drill.znodesUnchanged': 'ZooKeeper: data and versions of {{count}} persistent nodes are as they were',
    'practice.drill.znodesChanged': 'In ZooKeeper persistent nodes have changed: {{paths}}',
    'practice.drill.consoles': '{{count}} consoles, each a process of its own; the lock is held by {{acting}}',
    'practice.drill.consoleKilled':
      '{{count}} consoles: {{console}} was killed {{underWayMs}} ms into {{step}}; {{finishedBy}} had finished {{finishedAfter}} ms later',
    'practice.drill.consoleKilledAsked':
      '{{count}} consoles: {{console}} was killed {{underWayMs}} ms into {{step}} and left no trace; the operator asked {{finishedBy}}, which had finished {{finishedAfter}} ms later',
    'practice.drill.consoleNotKilled': 'The console {{console}} was not killed at {{step}}.',
    'practice.drill.notFinishedByOther': 'The switchover was not finished by another console: {{found}}',
    'practice.drill.expectConsoleKilled':
      'The console that acts is killed at a step of it; another one finishes, and the epoch is raised once all the same.',
    'practice.drill.expectPartition':
      'Must happen: the console that holds the lock cannot reach the primary (standby, clients and ZooKeeper can); it says why it does nothing, nothing switches, the epoch is unchanged, and clients see no outage.',
    'practice.drill.expectZooKeeperLeader':
      'Must happen: the leader of the ZooKeeper ensemble is killed and comes back; every session survives, watching continues, nothing switches, the epoch is unchanged, and clients see no outage.',
    'practice.drill.expectFirewall':
      "Must happen: the primary's t2 and f2 refuse everybody while its process and its ZooKeeper session live; the console names that (the network, or a firewall on its host), does not fail over on network evidence alone, the epoch is unchanged, and the primary serves on afterwards.",
    'practice.drill.expectFirewallSwitch':
      "Must happen: the primary's t2 and f2 refuse everybody while its process and its ZooKeeper session live; after the policy's time an orderly switchover follows: the old primary says itself that it has stepped down, the standby serves, and the epoch is raised by exactly one.",
    'practice.drill.finding': 'What {{console}} makes of it: {{says}} ({{key}})',
    'practice.drill.findingWhy': 'Why it does nothing: {{says}} ({{key}})',
    'practice.drill.findingNotNamed':
      'The console did not name that {{instance}} is unreachable but registered, or why it does nothing: {{found}}',
    'practice.drill.findingNotKept':
      'Later the console no longer named that {{instance}} is unreachable but registered.',
    'practice.drill.notOrderly': 'The old primary {{instance}} did not say itself that it stepped down: {{found}}',
    'practice.drill.sessionsLost': '{{count}} of {{of}} sessions did not survive.',
    'practice.drill.noRoute': 'The route could not be read in the end.',
    'practice.drill.notServed': 'The client got no good reply after the failure.',
    'practice.drill.zombie': '{{instance}} gave {{count}} good replies or acknowledgements after it had been replaced.',
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
    'practice.drill.expectWrites':
      'The client writes all the while: of what was acknowledged, nothing is missing and nothing is there twice in the end.',
    'practice.drill.expectKillBoth':
      "Must happen: with both killed and both restarted, the holder of the route's epoch serves again, one epoch later; nothing switches.",
    'practice.drill.expectLoseHost':
      'Must happen: with the primary and its data gone, the standby takes over by itself only if no more acknowledged writes could be missing than may be (mode sync: none); otherwise promotion is refused with the bound, until an operator accepts it. The report counts exactly what is missing.',
    'practice.drill.expectUnmount':
      'Must happen: with its mount gone the standby reports that synchronisation failed and names the directory; 2 s later the primary is killed, and promotion is refused with how much could be lost; the primary, restarted, serves again, and nothing is missing.',
    'practice.drill.expectUnmountForce':
      'Must happen: with its mount gone the standby reports that synchronisation failed and names the directory; 2 s later the primary is killed, and promotion is refused with how much could be lost; once that is accepted the standby takes over, and what is missing is counted exactly and is no more.',
    'practice.drill.expectLateStandby':
      'Must happen: started with a wrong mount after the primary has stopped, the standby reports an error status that names df and the directory, and does not take over; the primary, restarted, serves again.',
    'practice.drill.expectDatabaseBlocked':
      'Must happen: with the local database out of reach writes go on, and status and alarm name it and the firewall as a possible cause; the backlog drains afterwards; nothing switches, and clients see no outage.',
    'practice.drill.notReturned': '{{instance}} did not serve again within {{seconds}} s.',
    'practice.drill.notFailed': '{{instance}} did not report the error status.',
    'practice.drill.notFollowing': '{{instance}} did not begin to follow again.',
    'practice.drill.syncNotSaid':
      '{{instance}} did not report that synchronisation failed, or did not name df and the directory: {{said}}',
    'practice.drill.databaseNotSaid':
      '{{instance}} did not report that it cannot reach {{database}}, with the firewall as a possible cause.',
    'practice.drill.databaseNotTold':
      'The console did not tell that {{database}} cannot be reached, with the firewall as a possible cause.',
    'practice.drill.noBacklog': '{{instance}} kept no backlog for the local database.',
    'practice.drill.notDecided': 'Whether promotion was refused was not seen.',
    'practice.drill.boundNotSaid': 'Promotion was refused without saying how much could be lost.',
    'practice.drill.refusedThough':
      'Promotion was refused, though no more than {{bound}} could be lost and {{allowed}} may be.',
    'practice.drill.nothingWritten': 'No write was acknowledged.',
    'practice.drill.notReadBack': 'The writes could not be read back: {{reason}}',
    'practice.drill.earlierChanged':
      '{{count}} writes of an earlier run ({{run}}) are not in the end as they were read back then.',
    'practice.drill.lost': '{{count}} acknowledged writes are lost; {{allowed}} may be.',
    'practice.drill.duplicated': '{{count}} writes are there more than once.',
    'practice.drill.rejectedPresent': '{{count}} writes are there though they were refused.',
    'practice.drill.notDrained': 'The backlog of the local database did not drain.',
    'practice.drill.rowsMissing': '{{count}} writes are missing in the local database.',
    'practice.drill.rowsDoubled': '{{count}} writes are in the local database more than once.',
    'practice.drill.rowsSurplus': '{{count}} writes are in the local database and not on the primary.',
    'practice.drill.writes':
      'Writes: acknowledged {{acked}}, present {{present}}, lost {{lost}}, duplicated {{duplicated}}, unknown {{unknown}}',
    'practice.drill.database':
      'Local database {{kind}}: rows {{rows}}, missing {{missing}}, duplicated {{duplicated}}, largest backlog {{backlog}}, drained',
    'practice.drill.databaseReason': 'The writer to the local database said then: {{reason}}',
    'practice.drill.databaseNotDrained':
      'Local database {{kind}}: rows {{rows}}, missing {{missing}}, duplicated {{duplicated}}, largest backlog {{backlog}}, NOT drained',
    'practice.drill.syncFailed': 'Synchronisation failed: {{reason}}',
    'practice.drill.refused':
      'Promotion refused, for at most {{bound}} acknowledged writes could be missing: {{reason}}',
    'practice.drill.forced': 'Promoted once the operator had accepted that; acknowledged and missing: {{lost}}',
    'practice.drill.aside': '{{writes}} writes were on the old primary only; they are kept in {{file}}',
    'practice.drill.ok': 'Result: as it must be',
    'practice.drill.notOk': 'Result: NOT as it must be',
  },
};
