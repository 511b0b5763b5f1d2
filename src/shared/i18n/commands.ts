import type { CatalogueSection } from './section.ts';

/** What is run, by purpose, and what can become of it, put together into one sentence each. */
const PURPOSES: Record<string, [zh: string, en: string]> = {
  fence: ['{{instance}} 的隔离钩子', 'The fence hook of {{instance}}'],
  stop: ['{{instance}} 的停止命令', 'The stop command of {{instance}}'],
  start: ['{{instance}} 的启动命令', 'The start command of {{instance}}'],
};
const OUTCOMES: Record<string, [zh: string, en: string]> = {
  running: ['正在运行（第 {{runs}} 次）', 'is running (run {{runs}})'],
  ok: ['成功，退出码 0；输出：{{output}}', 'succeeded with exit code 0; it said: {{output}}'],
  failed: [
    '失败（第 {{runs}} 次），退出码 {{exitCode}}；输出：{{output}}',
    'failed (run {{runs}}) with exit code {{exitCode}}; it said: {{output}}',
  ],
  timeout: [
    '未在时限内结束，已终止（第 {{runs}} 次），结果不明；输出：{{output}}',
    'did not end in time and was ended (run {{runs}}): whether it had its effect is not known; it said: {{output}}',
  ],
  'not-started': ['无法启动：{{output}}', 'could not be started: {{output}}'],
  'cut-off': ['已终止，不再需要', 'was ended: it was not needed any more'],
  unfit: [
    '未运行，参数没有可用的值：{{output}}（unknown 为未知，unsafe 为含有不能交给程序的字符）',
    'was not run: an argument has no value to hand on: {{output}} (unknown, or unsafe: with characters that no program is handed)',
  ],
};

function commandLines(language: 0 | 1): Record<string, string> {
  const lines: Record<string, string> = {};
  for (const [purpose, who] of Object.entries(PURPOSES))
    for (const [outcome, what] of Object.entries(OUTCOMES))
      lines[`failover.command.${purpose}.${outcome}`] = `${who[language]}${language === 0 ? '' : ' '}${what[language]}`;
  return lines;
}

/** Programs that a site lets the console run: fence hooks, stop and start commands. */
export const commands: CatalogueSection = {
  'zh-CN': {
    ...commandLines(0),
    'failover.proof.stopCommand': '{{instance}} 已由其停止命令停止，不再应答',
    'failover.proof.attested': '{{operator}} 已确认 {{instance}} 已关闭',
    'failover.proof.noneStop':
      '{{instance}} 的停止命令已成功，但此前就联系不上它：不应答证明不了它已不再服务。请另行确认它已停止，然后重新升主',
    'failover.proof.noneHook': '限定时间内无法证明 {{instance}} 已不再服务。$t({{reason}})',
    'failover.proof.noneRequired': '必须先由隔离钩子成功隔离 {{instance}} 才能升主。$t({{reason}})',
    'failover.restartOld.started': '{{instance}} 由其启动命令启动，已是备机并在跟随',
    'failover.restartOld.notStarted':
      '{{instance}} 未在限定时间内成为备机：客户端已有服务，但无人可以接替。$t({{reason}})',
    'plan.command.stop': '{{instance}} 不会自行让位：关闭路由后立即运行，退出码 0 且不再应答即为退出的证明',
    'plan.command.fenceRequired': '必需：关闭路由后立即运行，不成功则不升主',
    'plan.command.fencePlanned': '必需：{{instance}} 让位后（最多等待 {{hookSeconds}} 秒）运行，不成功则不升主',
    'plan.command.fenceOptional': '可选：{{hookSeconds}} 秒内没有其他证明时运行，成功即为 {{instance}} 已退出的证明',
    'plan.command.start': '{{instance}} 在 {{startSeconds}} 秒内没有自行恢复时运行',
    'plan.command.startStopped': '{{instance}} 是被停止的：立即运行',
    'preflight.fence.pass': '{{instance}} 已配置隔离钩子',
    'preflight.fence.warn': '{{instance}} 的隔离钩子无法运行：{{placeholder}} 没有可用的值',
    'preflight.fence.fail': '{{instance}} 的隔离钩子为必需，但无法运行：{{placeholder}} 没有可用的值',
    'blocker.noWayToProve':
      '{{instance}} 不会自行停止，也没有进程检查或隔离钩子：无法证明其已退出，auto 按 assist 执行',
    'blocker.hookUnfit': '{{instance}} 的隔离钩子为必需，但无法运行：{{placeholder}} 没有可用的值',
    'state.next.seeOptions': '在主备对页面的“可以做的事”中选择',
    'failover.event.attested':
      '{{operator}} 确认 {{instance}} 已关闭（{{incarnation}}，任期 {{epoch}}，控制台 {{console}}）：作为其已退出的证明',
    'attest.refusal.answers': '{{instance}} 仍在应答：它没有关闭',
    'attest.refusal.registered':
      '{{instance}} 在 ZooKeeper 中仍有注册：它没有关闭，或会话尚未过期。确已关闭时注册会在会话超时后自行消失',
    'attest.refusal.nothing': '现在没有什么需要由人确认 {{instance}} 已关闭',
    'attest.refusal.changed': '{{instance}} 的进程或任期已经变化，请重新查看',
    'attest.refusal.confirmation': '请输入 {{confirmed}} 以确认',
    'deadEnd.noProofYet': '路由已关闭，正在等待 {{instance}} 已退出的证明',
    'deadEnd.verdict.alive': '{{instance}} 在运行。$t({{reason}})',
    'deadEnd.verdict.gone': '{{instance}} 已退出。$t({{reason}})',
    'deadEnd.verdict.silent': '{{instance}} 没有应答。$t({{reason}})',
    'deadEnd.verdict.unreachable-registered': '{{instance}}：$t({{reason}})',
    'deadEnd.verdict.unknown': '{{instance}} 状况不明。$t({{reason}})',
    'option.promote': '将 {{instance}} 升主',
    'option.promote.loss': '将 {{instance}} 升主，并接受可能丢失最多 {{bound}} 条已确认记录',
    'option.promote.lossUnknown': '将 {{instance}} 升主，并接受数量不明的已确认记录可能丢失',
    'option.attest': '到 {{instance}} 的主机上确认其进程已停止（或已断电），然后在此声明：作为它已退出的证明',
    'option.stop': '{{instance}} 仍在运行：在其主机上停止它，之后再升主',
    'option.start.primary': '在其主机上重新启动 {{instance}}：路由仍指向它，它会继续作为主机服务',
    'option.start.standby': '在其主机上重新启动 {{instance}}：它会成为备机，之后可以升主',
    'option.start.primaryStopped':
      '{{instance}} 的进程还在但已被暂停：在其主机上让它继续运行（kill -CONT），或结束后重新启动；路由仍指向它，它会继续作为主机服务',
    'option.start.standbyStopped':
      '{{instance}} 的进程还在但已被暂停：在其主机上让它继续运行（kill -CONT），或结束后重新启动；它会成为备机，之后可以升主',
    'option.mount': '在 {{instance}} 上执行 df -h {{directory}}，重新挂载原主机的共享目录：之后升主不会丢失数据',
    'option.wait.proof': '等待：一旦有证明就继续；到 {{untilAt}} 仍没有则停止，不升主',
    'option.wait.node': '等待：节点自行切换，控制台只观察；备机因磁盘或挂载未能继续时，原因见其说明',
    'option.wait.console': '等待：控制台会自动切换',
    'option.wait.until': '等待：{{instance}} 能接替、且没有其他阻碍时，控制台会自动切换',
    'option.wait.letGo':
      '等待：{{from}} 若已退出，ZooKeeper 将其除名后，控制台会自动切换到 {{to}}；它若仍在运行，则不会有任何变化',
    'option.wait.orderly': '等待：到 {{untilAt}} 仍连不上 {{from}}，控制台会按策略有序切换到 {{to}}',
    'option.wait.nothing': '等待：策略不允许自动动作，不会有任何变化，直到有人操作或实例自行恢复',
    'problem.argument': '参数中不能有控制字符',
    'problem.placeholder':
      '有不认识的占位符。可用：{environment} {pair} {system} {node} {instance} {host} {t2Port} {f2Port} {to} {epoch} {token} {incarnation} {pid} {startTime} {bootId} {operation} {kind}',
    'problem.program': '程序须为绝对路径，不含占位符',
    'problem.manyArguments': '参数过多，最多 64 个',
    'problem.commandTimeout': '应为 100 到 300000 毫秒之间的整数',
  },
  en: {
    ...commandLines(1),
    'failover.proof.stopCommand': '{{instance}} was stopped by its stop command and does not answer any more',
    'failover.proof.attested': '{{operator}} has made sure that {{instance}} is off',
    'failover.proof.noneStop':
      'The stop command of {{instance}} succeeded, but it could not be reached before either: that it does not answer proves nothing. Make sure that it is off, then promote again',
    'failover.proof.noneHook': 'Nothing proved in time that {{instance}} no longer serves. $t({{reason}})',
    'failover.proof.noneRequired':
      'Nobody is promoted before the fence hook of {{instance}} has succeeded. $t({{reason}})',
    'failover.restartOld.started': '{{instance}} was started by its start command, is the standby and follows',
    'failover.restartOld.notStarted':
      '{{instance}} has not become the standby in time: clients are served, but nobody could take over. $t({{reason}})',
    'plan.command.stop':
      '{{instance}} does not step down by itself: run as soon as the route is closed; exit code 0 and no more answers prove it out',
    'plan.command.fenceRequired':
      'Required: run as soon as the route is closed; without its success nobody is promoted',
    'plan.command.fencePlanned':
      'Required: run once {{instance}} has stepped down, after {{hookSeconds}} s at the latest; without its success nobody is promoted',
    'plan.command.fenceOptional':
      'Optional: run where nothing else proves it within {{hookSeconds}} s; its success proves that {{instance}} is out',
    'plan.command.start': 'Run where {{instance}} has not come back by itself within {{startSeconds}} s',
    'plan.command.startStopped': '{{instance}} was stopped: run at once',
    'preflight.fence.pass': '{{instance}} has a fence hook',
    'preflight.fence.warn': 'The fence hook of {{instance}} cannot be run: {{placeholder}} has no usable value',
    'preflight.fence.fail':
      'The fence hook of {{instance}} is required and cannot be run: {{placeholder}} has no usable value',
    'blocker.noWayToProve':
      '{{instance}} does not stop by itself and has neither a process check nor a fence hook: nothing could prove it out, so auto works as assist',
    'blocker.hookUnfit':
      'The fence hook of {{instance}} is required and cannot be run: {{placeholder}} has no usable value',
    'state.next.seeOptions': 'Choose from “What can be done”, on the pair’s page',
    'failover.event.attested':
      '{{operator}} has made sure that {{instance}} is off ({{incarnation}}, epoch {{epoch}}, console {{console}}): that counts as the proof that it is out',
    'attest.refusal.answers': '{{instance}} answers: it is not off',
    'attest.refusal.registered':
      '{{instance}} is still registered in ZooKeeper: it is not off, or its session has not expired. Once it is off the registration goes by itself after the session time-out',
    'attest.refusal.nothing': "Nothing waits for anybody's word that {{instance}} is off",
    'attest.refusal.changed': 'The process of {{instance}}, or the epoch, has changed meanwhile: look again',
    'attest.refusal.confirmation': 'Type {{confirmed}} to confirm',
    'deadEnd.noProofYet': 'The route is closed; what is waited for is a proof that {{instance}} is out',
    'deadEnd.verdict.alive': '{{instance}} is alive. $t({{reason}})',
    'deadEnd.verdict.gone': '{{instance}} is gone. $t({{reason}})',
    'deadEnd.verdict.silent': '{{instance}} is silent. $t({{reason}})',
    'deadEnd.verdict.unreachable-registered': '{{instance}}: $t({{reason}})',
    'deadEnd.verdict.unknown': 'What {{instance}} does is not known. $t({{reason}})',
    'option.promote': 'Promote {{instance}}',
    'option.promote.loss': 'Promote {{instance}} and accept that up to {{bound}} acknowledged records may be lost',
    'option.promote.lossUnknown':
      'Promote {{instance}} and accept that acknowledged records may be lost, nobody can say how many',
    'option.attest':
      'See on the host of {{instance}} that its process has ended, or cut its power; then say so here: it counts as the proof that it is out',
    'option.stop': '{{instance}} still runs: stop it on its host, then promote',
    'option.start.primary':
      'Start {{instance}} again on its host: the route still names it, and it goes on as the primary',
    'option.start.standby': 'Start {{instance}} again on its host: it becomes a standby and can then be promoted',
    'option.start.primaryStopped':
      'The process of {{instance}} is there but stopped: on its host let it go on (kill -CONT), or end it and start it again; the route still names it, and it goes on as the primary',
    'option.start.standbyStopped':
      'The process of {{instance}} is there but stopped: on its host let it go on (kill -CONT), or end it and start it again; it becomes a standby and can then be promoted',
    'option.mount':
      "On {{instance}}, run df -h {{directory}} and mount the old primary's share again: promoting it then loses nothing",
    'option.wait.proof':
      'Wait: it goes on as soon as there is a proof; without one it stops at {{untilAt}} and nobody is promoted',
    'option.wait.node':
      'Wait: the nodes switch over by themselves, the console only watches. What keeps the standby from it, its disk or its mount, is in its note',
    'option.wait.console': 'Wait: the console is about to act by itself',
    'option.wait.until':
      'Wait: as soon as {{instance}} can take over and nothing else stands against it, the console acts by itself',
    'option.wait.letGo':
      'Wait: if {{from}} has ended, ZooKeeper lets it go and the console switches over to {{to}} by itself; while it lives, nothing changes',
    'option.wait.orderly':
      'Wait: if {{from}} cannot be reached until {{untilAt}}, the console switches over to {{to}} in order, by the policy',
    'option.wait.nothing':
      'Wait: the policy lets no console act by itself, so nothing changes until somebody acts or an instance comes back',
    'problem.argument': 'No control characters in an argument',
    'problem.placeholder':
      'Unknown placeholder. There are {environment} {pair} {system} {node} {instance} {host} {t2Port} {f2Port} {to} {epoch} {token} {incarnation} {pid} {startTime} {bootId} {operation} {kind}',
    'problem.program': 'The program must be an absolute path, without placeholders',
    'problem.manyArguments': 'Too many arguments: at most 64',
    'problem.commandTimeout': 'A whole number of milliseconds from 100 to 300000',
  },
};
