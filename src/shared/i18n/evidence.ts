import type { CatalogueSection } from './section.ts';

/** What the sources of evidence say of an instance, and what the checks on the servers found. */
export const evidence: CatalogueSection = {
  'zh-CN': {
    'failover.reach.notNeeded': '它在此处有应答，不必再从 {{peer}} 的服务器询问',
    'failover.reach.notAsked': '正从 {{peer}} 的服务器询问它',
    'failover.reach.stale': '从 {{peer}} 的服务器的最近一次询问已过时',
    'failover.reach.noAnswer': '从 {{peer}} 的服务器的询问没有结果',
    'failover.reach.answers': '从 {{peer}} 的服务器询问，它有应答',
    'failover.reach.serves': '从 {{peer}} 的服务器询问，它应答并称正在服务',
    'failover.reach.refused': '从 {{peer}} 的服务器连接其 t2 端口也被拒绝',
    'failover.reach.empty': '从 {{peer}} 的服务器能连上其 t2 端口，但连接未应答即关闭',
    'failover.reach.timeout': '从 {{peer}} 的服务器询问也没有应答（{{detail}}）',
    'failover.reach.unreachable': '从 {{peer}} 的服务器也到不了它：{{detail}}',
    'failover.reach.unsaid': '{{peer}} 的服务器无法替控制台建立连接：{{detail}}',
    'failover.reach.notUnderstood': '从 {{peer}} 的服务器能连上其 t2 端口，但应答的内容无法理解',
    'failover.reach.otherProcess': '从 {{peer}} 的服务器询问，应答的是另一个进程',
    'check.process.alive': '进程 {{pid}} 在其服务器上运行',
    'check.process.frozen': '进程 {{pid}} 存在但已被暂停（不会做任何事）',
    'check.process.ending': '进程 {{pid}} 正在退出，但尚未结束',
    'check.process.gone': '其服务器上已没有进程 {{pid}}',
    'check.process.pidReused': '进程号 {{pid}} 现属于另一个进程：注册的进程已结束',
    'check.process.zombie': '进程 {{pid}} 已结束（僵尸进程，尚未被父进程回收）',
    'check.process.otherBoot':
      '注册的进程 {{pid}} 不属于所查机器的本次启动：可能在另一台机器或容器中，此次检查不能证明什么',
    'check.process.unreadable': '无法查看进程 {{pid}}：{{reason}}',
    'check.process.notLinux': '该服务器没有给出 Linux 的启动标识或命名空间：无法辨认其进程',
    'check.process.hidden': '该服务器不向此用户显示别人的进程（hidepid），或答复残缺：看不到进程 {{pid}} 不能证明什么',
  },
  en: {
    'failover.reach.notNeeded': "It answers here: there is no need to ask it from {{peer}}'s server",
    'failover.reach.notAsked': "It is being asked from {{peer}}'s server",
    'failover.reach.stale': "The last question from {{peer}}'s server is too old",
    'failover.reach.noAnswer': "The question from {{peer}}'s server gave no result",
    'failover.reach.answers': "It answers when it is asked from {{peer}}'s server",
    'failover.reach.serves': "Asked from {{peer}}'s server it answers, and says that it serves",
    'failover.reach.refused': "Its t2 port refuses connections from {{peer}}'s server as well",
    'failover.reach.empty': "Its t2 port takes a connection from {{peer}}'s server and closes it without an answer",
    'failover.reach.timeout': "Asked from {{peer}}'s server it does not answer either ({{detail}})",
    'failover.reach.unreachable': "It is out of reach from {{peer}}'s server as well: {{detail}}",
    'failover.reach.unsaid': "{{peer}}'s server opens no connection for the console: {{detail}}",
    'failover.reach.notUnderstood': "Its t2 port is open from {{peer}}'s server, and what it answers is not understood",
    'failover.reach.otherProcess': "Asked from {{peer}}'s server another process answers",
    'check.process.alive': 'process {{pid}} runs on its server',
    'check.process.frozen': 'process {{pid}} is there but stopped: it does nothing',
    'check.process.ending': 'process {{pid}} is ending and not gone yet',
    'check.process.gone': 'process {{pid}} is no longer on its server',
    'check.process.pidReused': 'pid {{pid}} belongs to another process now: the registered one has ended',
    'check.process.zombie': 'process {{pid}} has ended (a zombie that its parent has not reaped yet)',
    'check.process.otherBoot':
      'process {{pid}} was not registered in the present boot of the machine that was looked at: it may run on another one, or in a container, so the look proves nothing',
    'check.process.unreadable': 'process {{pid}} could not be looked at: {{reason}}',
    'check.process.notLinux':
      'the server gave no boot id or namespaces of a Linux system: its processes cannot be told apart',
    'check.process.hidden':
      'the server does not show this user the processes of others (hidepid), or its answer was cut: that process {{pid}} is not seen proves nothing',
  },
};
