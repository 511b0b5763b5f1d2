import type { CatalogueSection } from './section.ts';

/** What maintenance, cooldown, cap and required evidence keep the consoles from, and who set or ended them. */
export const guards: CatalogueSection = {
  'zh-CN': {
    'state.maintenance': '维护中（{{operator}}：{{why}}），到 {{untilAt}} 自动结束',
    'state.next.maintenance':
      '{{operator}} 正在维护（{{why}}）：到 {{untilAt}} 之前控制台不会自动动作，需要时由操作员升主',
    'blocker.maintenance': '维护中：{{operator}}（{{why}}），到 {{untilAt}} 自动结束',
    'blocker.cooldown': '上一次自动故障切换完成后的冷却期到 {{untilAt}}；操作员确认后可提前结束',
    'blocker.dailyCap': '24 小时内已完成 {{done}} 次自动故障切换，上限 {{max}} 次：到 {{untilAt}} 之前不再自动切换',
    'blocker.noHostCheck': '策略要求主机侧证据，而 {{instance}} 没有配置进程检查：自动故障切换不可能发生',
    'blocker.hostEvidence': '策略要求主机侧证据：尚未在服务器上确认 {{instance}} 的进程已不存在',
    'blocker.commonCause':
      '{{count}} 个主备对几乎同时出问题（{{pairs}}），它们共用 {{shared}}：没有自身证据的不自动切换，先检查共用部分',
    'blocker.commonCauseUnknown':
      '{{count}} 个主备对几乎同时出问题（{{pairs}}），看不出它们共用什么：没有自身证据的不自动切换',
    'blocker.calendar.observe': '日历：{{phase}}时段为“观察”（observe）：只监视和提示',
    'blocker.calendar.assist': '日历：{{phase}}时段为“辅助”（assist）：只建议，由操作员执行',
    'blocker.calendarUnreadable': '日历无法解读：按最严格的 observe 执行，请重新保存或删除日历',
    'failover.event.phase.observe': '日历：进入{{phase}}时段，观察（observe）',
    'failover.event.phase.assist': '日历：进入{{phase}}时段，辅助（assist）',
    'failover.event.phase.auto': '日历：进入{{phase}}时段，自动（auto）',
    'failover.event.phaseOver': '日历：{{phase}}时段结束，按策略本身的模式执行',
    'failover.event.calendar': '日历由 {{operator}} 修改，控制台 {{console}}',
    'blocker.oneAtATime': '多个主备对同时出问题：正在切换 {{pair}}，逐个进行',
    'failover.event.commonCauseOver': '多个主备对同时出问题的情况已解除：自动故障切换恢复',
    'failover.event.freezeReleased': '{{operator}} 解除了对同时出问题的主备对的冻结',
    'failover.event.maintenance.begun': '维护开始：{{operator}}（{{why}}），到 {{untilAt}}',
    'failover.event.maintenance.ended': '维护结束（{{why}}）：{{operator}}，控制台 {{console}}',
    'failover.event.maintenance.expired': '维护到期自动结束（{{why}}）',
    'invariant.epochFell':
      '路由（{{instance}}）的任期是 {{epoch}}，而此前见过 {{seen}}：ZooKeeper 显示的是较早的状态。在任期高于它之前，控制台不自行操作',
    'invariant.epochReused':
      '任期 {{epoch}} 先属于 {{before}}，又给了 {{instance}} 或它的另一进程：在任期升高之前，控制台不自行操作',
    'invariant.twoForOneEpoch':
      '{{instance}} 和 {{other}} 在同一任期 {{epoch}} 都应答过 0：在任期升高之前，控制台不自行操作',
    'invariant.over': '任期又一致了：控制台重新按策略操作',
    'invariant.effectWithoutLock': '没有执行 {{effect}}：控制台此刻不持有锁',
    'invariant.promoteUnproved': '没有将 {{instance}} 升主到任期 {{epoch}}：记录中没有关闭路由和原主机退出的证明',
    'invariant.heldEpochFell': '没有持有任期 {{epoch}}：此前见过 {{seen}}',
    'failover.event.cooldownCleared': '冷却期由 {{operator}} 提前结束，控制台 {{console}}',
    'failover.event.policyChanged': '策略“$t({{name}})”：{{from}} → {{to}}（{{operator}}，控制台 {{console}}）',
    'failover.event.policyChanged.length':
      '策略“$t({{name}})”：{{fromMs}} → {{toMs}}（{{operator}}，控制台 {{console}}）',
    'failover.event.policyChanged.begun': '策略“$t({{name}})”：不切换 → {{toMs}}（{{operator}}，控制台 {{console}}）',
    'failover.event.policyChanged.ended': '策略“$t({{name}})”：{{fromMs}} → 不切换（{{operator}}，控制台 {{console}}）',
    'failover.event.policyChanged.evidence':
      '策略“$t({{name}})”：$t(screen.requiredEvidence.{{from}}) → $t(screen.requiredEvidence.{{to}})（{{operator}}，控制台 {{console}}）',
  },
  en: {
    'state.maintenance': 'In maintenance by {{operator}} ({{why}}); it ends by itself at {{untilAt}}',
    'state.next.maintenance':
      '{{operator}} is maintaining the pair ({{why}}): until {{untilAt}} no console acts by itself; an operator promotes if need be',
    'blocker.maintenance': 'In maintenance by {{operator}} ({{why}}) until {{untilAt}}',
    'blocker.cooldown':
      'The last automatic failover is complete and its cooldown lasts until {{untilAt}}; an operator may end it sooner',
    'blocker.dailyCap':
      '{{done}} of at most {{max}} automatic failovers were completed in 24 hours: no other before {{untilAt}}',
    'blocker.noHostCheck':
      'The policy asks for host evidence, and no process check is configured for {{instance}}: no automatic failover can ever begin',
    'blocker.hostEvidence':
      'The policy asks for host evidence: the process of {{instance}} has not been found dead on its server',
    'blocker.commonCause':
      '{{count}} pairs came into trouble together ({{pairs}}) and share {{shared}}: those without a proof of their own are not failed over; look at what they share',
    'blocker.commonCauseUnknown':
      '{{count}} pairs came into trouble together ({{pairs}}), sharing nothing that is known here: those without a proof of their own are not failed over',
    'blocker.calendar.observe': 'The calendar has observe in phase {{phase}}: the console only watches',
    'blocker.calendar.assist': 'The calendar has assist in phase {{phase}}: the console proposes, the operator acts',
    'blocker.calendarUnreadable':
      'The calendar cannot be read: observe, the strictest mode, holds until it is saved anew or removed',
    'failover.event.phase.observe': 'Calendar: phase {{phase}} begins, observe holds',
    'failover.event.phase.assist': 'Calendar: phase {{phase}} begins, assist holds',
    'failover.event.phase.auto': 'Calendar: phase {{phase}} begins, auto holds',
    'failover.event.phaseOver': "Calendar: phase {{phase}} is over, the policy's own mode holds",
    'failover.event.calendar': 'Calendar changed by {{operator}} at console {{console}}',
    'blocker.oneAtATime': 'Several pairs are in trouble: {{pair}} is being switched over, one at a time',
    'failover.event.commonCauseOver': 'Pairs are no longer in trouble together: automatic failover goes on',
    'failover.event.freezeReleased': '{{operator}} released the pairs that came into trouble together',
    'failover.event.maintenance.begun': 'Maintenance by {{operator}} ({{why}}) until {{untilAt}}',
    'failover.event.maintenance.ended': 'Maintenance ended ({{why}}) by {{operator}} at console {{console}}',
    'failover.event.maintenance.expired': 'Maintenance has run out ({{why}})',
    'invariant.epochFell':
      'The route ({{instance}}) is at epoch {{epoch}}, and {{seen}} was seen before: ZooKeeper shows an earlier state. Until the epoch is above that, the console does nothing by itself',
    'invariant.epochReused':
      'Epoch {{epoch}} was of {{before}} and is now of {{instance}}, or of another process of it: until the epoch is raised, the console does nothing by itself',
    'invariant.twoForOneEpoch':
      '{{instance}} and {{other}} have both answered 0 for the one epoch {{epoch}}: until the epoch is raised, the console does nothing by itself',
    'invariant.over': 'The epochs agree again: the console acts as its policy says',
    'invariant.effectWithoutLock': '{{effect}} was not done: this console has no lock at this moment',
    'invariant.promoteUnproved':
      '{{instance}} was not promoted to epoch {{epoch}}: the record has no closed route, or no proof that the old primary is out',
    'invariant.heldEpochFell': 'epoch {{epoch}} is not held: {{seen}} was seen before',
    'failover.event.cooldownCleared': 'Cooldown ended by {{operator}} at console {{console}}',
    'failover.event.policyChanged': 'Policy “$t({{name}})”: {{from}} → {{to}} (by {{operator}} at console {{console}})',
    'failover.event.policyChanged.length':
      'Policy “$t({{name}})”: {{fromMs}} → {{toMs}} (by {{operator}} at console {{console}})',
    'failover.event.policyChanged.begun':
      'Policy “$t({{name}})”: never → {{toMs}} (by {{operator}} at console {{console}})',
    'failover.event.policyChanged.ended':
      'Policy “$t({{name}})”: {{fromMs}} → never (by {{operator}} at console {{console}})',
    'failover.event.policyChanged.evidence':
      'Policy “$t({{name}})”: $t(screen.requiredEvidence.{{from}}) → $t(screen.requiredEvidence.{{to}}) (by {{operator}} at console {{console}})',
  },
};
