import type { CatalogueSection } from './section.ts';

/** What is said of a promotion that one operator asks for and another has to approve. */
export const approvals: CatalogueSection = {
  'zh-CN': {
    'approval.next.decide': '{{operator}} 申请将 {{to}} 升主：由另一位操作员查看并决定',
    'approval.next.carryOut': '{{by}} 已批准将 {{to}} 升主：在持有控制锁的控制台上执行',
    'approval.refused.needed': '策略要求两位操作员：将 {{instance}} 升主可能丢失记录，须先由另一位操作员批准',
    'approval.refused.another': '{{operator}} 将 {{to}} 升主的申请尚在等待或已批准：先决定或撤回它',
    'approval.refused.decided': '{{operator}} 已经作出决定',
    'approval.refused.sameOperator': '{{operator}} 是申请者：须由另一位操作员批准',
    'approval.refused.notApproved': '尚未批准，或已被拒绝',
    'approval.refused.over': '这项申请已不存在：已过期、已执行或已被另一项取代',
    'approval.stale.epoch': '路由的任期已从 {{epoch}} 变为 {{found}}：批准不再有效，须重新申请',
    'approval.stale.target': '{{instance}} 已经重新启动：批准不再有效，须重新申请',
    'approval.event.asked.bound':
      '{{operator}} 申请升主 {{from}} → {{to}}，接受最多丢失 {{bound}} 条已确认的记录：{{why}}',
    'approval.event.asked.any': '{{operator}} 申请升主 {{from}} → {{to}}，接受任何丢失：{{why}}',
    'approval.event.approved': '{{by}} 在控制台 {{console}} 批准了 {{operator}} 将 {{to}} 升主的申请',
    'approval.event.rejected': '{{by}} 在控制台 {{console}} 拒绝或撤回了 {{operator}} 将 {{to}} 升主的申请',
    'approval.event.used': '{{by}} 在控制台 {{console}} 执行已批准的升主：{{to}}',
    'approval.event.expired': '{{operator}} 将 {{to}} 升主的申请已过期，未执行',
    'loosening.refused.noName': '策略要求两位操作员：减少人数须填写操作员姓名',
    'loosening.event.asked':
      '{{operator}} 在控制台 {{console}} 申请改为一位操作员即可接受丢失；须另一位操作员在 {{untilAt}} 之前作同样的修改',
    'loosening.event.over': '{{operator}} 关于一位操作员即可接受丢失的申请已撤回或过期：仍须两位',
    'notice.begun.named': '{{operator}} 发起的切换开始：{{from}} → {{to}}',
    'notice.begun.approved': '{{operator}} 发起、{{approver}} 批准的切换开始：{{from}} → {{to}}',
  },
  en: {
    'approval.next.decide': '{{operator}} asks to promote {{to}}: another operator looks and decides',
    'approval.next.carryOut': '{{by}} has approved promoting {{to}}: carry it out at the console that holds the lock',
    'approval.refused.needed':
      'The policy wants two operators: promoting {{instance}} may lose records, and another operator has to approve it first',
    'approval.refused.another':
      'What {{operator}} asked for, promoting {{to}}, is waited for or approved already: decide on it or withdraw it first',
    'approval.refused.decided': '{{operator}} has decided already',
    'approval.refused.sameOperator': '{{operator}} asked for it: another operator has to approve',
    'approval.refused.notApproved': 'It has not been approved, or was turned down',
    'approval.refused.over':
      'There is no such request any more: it expired, was carried out, or another has taken its place',
    'approval.stale.epoch':
      'The epoch of the route was {{epoch}} and is {{found}}: the approval does not hold any more, ask anew',
    'approval.stale.target': '{{instance}} has started anew: the approval does not hold any more, ask anew',
    'approval.event.asked.bound':
      '{{operator}} asks for the promotion {{from}} → {{to}}, accepting the loss of up to {{bound}} acknowledged records: {{why}}',
    'approval.event.asked.any': '{{operator}} asks for the promotion {{from}} → {{to}}, accepting any loss: {{why}}',
    'approval.event.approved':
      '{{by}} at console {{console}} has approved what {{operator}} asked for: promoting {{to}}',
    'approval.event.rejected':
      '{{by}} at console {{console}} turned down or withdrew what {{operator}} asked for: promoting {{to}}',
    'approval.event.used': '{{by}} at console {{console}} carries out the approved promotion of {{to}}',
    'approval.event.expired': 'What {{operator}} asked for, promoting {{to}}, has expired and was not carried out',
    'loosening.refused.noName': 'The policy wants two operators: that one be enough is asked for under a name',
    'loosening.event.asked':
      '{{operator}} at console {{console}} asks that one operator be enough for a loss: another has to set the same before {{untilAt}}',
    'loosening.event.over':
      'What {{operator}} asked for, that one operator be enough for a loss, was withdrawn or has expired: two are needed',
    'notice.begun.named': 'Switchover asked for by {{operator}} begun: {{from}} → {{to}}',
    'notice.begun.approved':
      'Switchover asked for by {{operator}} and approved by {{approver}} begun: {{from}} → {{to}}',
  },
};
