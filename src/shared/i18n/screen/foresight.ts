const chinese = {
  'screen.foresight.title': '接下来会怎样',
  'screen.foresight.actor': '由谁动作',
  'screen.foresight.actor.this': '本控制台：{{name}}',
  'screen.foresight.actor.other': '控制台 {{name}}；本控制台只观察',
  'screen.foresight.actor.none': '没有控制台持有锁',
  'screen.foresight.successor': '本控制台无法动作，锁让给 {{name}}',
  'screen.foresight.session': '{{instance}} 的会话',
  'screen.foresight.within': '最后一次通信之后最长 {{time}}',
  'screen.foresight.left': '若已退出，最迟还有 {{time}} 除名',
  'screen.foresight.over': '仍未除名：它仍在运行',
  'screen.foresight.own': '本控制台的会话',
  'screen.foresight.ownTimeout': '超时 {{time}}：断开这么久之前就会停止动作，锁随之让出',
  'screen.foresight.atMost': '最迟 {{time}}后：',
  'screen.foresight.heldBy': '不会自动动作。{{why}}',
  'screen.foresight.heldMore': '（另有 {{count}} 项，见“策略”一栏）',
  'screen.armed.yes': '本控制台的自动故障切换已就绪',
  'screen.armed.no': '本控制台不会自动动作，原因：',
  'screen.armed.notAuto': '自动故障切换未启用：由操作员升主。',
};

const english: Record<keyof typeof chinese, string> = {
  'screen.foresight.title': 'What happens next',
  'screen.foresight.actor': 'Who acts',
  'screen.foresight.actor.this': 'this console: {{name}}',
  'screen.foresight.actor.other': 'the console {{name}}; this one watches',
  'screen.foresight.actor.none': 'no console holds the lock',
  'screen.foresight.successor': 'cannot act: the lock goes to {{name}}',
  'screen.foresight.session': 'Session of {{instance}}',
  'screen.foresight.within': 'at most {{time}} after its last word',
  'screen.foresight.left': 'if it has ended: let go in {{time}} at most',
  'screen.foresight.over': 'not let go: it lives',
  'screen.foresight.own': "This console's session",
  'screen.foresight.ownTimeout':
    'time-out {{time}}: cut off it stops acting before that, and gives the lock up with it',
  'screen.foresight.atMost': 'in {{time}} at most:',
  'screen.foresight.heldBy': 'Nobody by itself. {{why}}',
  'screen.foresight.heldMore': ' ({{count}} more under Policy)',
  'screen.armed.yes': 'Automatic failover is armed on this console',
  'screen.armed.no': 'This console would not act by itself:',
  'screen.armed.notAuto': 'Automatic failover is off: an operator promotes.',
};

/** What happens next, and whether this console would act by itself. */
export const screenForesight = { 'zh-CN': chinese, en: english };
