const chinese = {
  'screen.options.title': '需要人处理：已知情况与可选的办法',
  'screen.options.known': '已知情况',
  'screen.options.ways': '可以做的事',
  'screen.attest.open': '我已确认 {{instance}} 已关闭…',
  'screen.attest.title': '声明 {{instance}} 已关闭',
  'screen.attest.type': '输入 {{confirmation}} 以确认',
  'screen.attest.do': '声明 {{instance}} 已关闭',
  'screen.attest.incarnation': '所指的进程',
  'screen.attest.epoch': '任期',
  'screen.attest.means':
    '控制台会把您的话当作 {{instance}} 已退出的证明，另一实例可以据此升主；必需的隔离钩子也不再等待。',
  'screen.attest.risk': '如果 {{instance}} 其实还在运行，就会有两个实例同时服务，已确认的写入可能丢失。',
  'screen.attest.look': '请先到 {{instance}} 的主机上查看：进程已不存在，或已断电；网络不通并不说明它已停止。',
  'screen.attest.kept': '只对这一进程和这一任期有效；姓名和时间记入切换记录与事件。若该实例又有应答，则不算数。',
  'screen.command.title': '命令（隔离、停止、启动）',
  'screen.command.hint':
    '每行一个参数，第一行为程序的绝对路径；不经过 shell，直接运行。占位符：{environment} {pair} {system} {node} {instance} {host} {t2Port} {f2Port} {to} {epoch} {token} {incarnation} {pid} {startTime} {bootId} {operation} {kind}。必须可重复运行，必须自行结束，退出码 0 表示成功。',
  'screen.command.fence': '隔离钩子',
  'screen.command.fence.hint': '退出码 0：该进程已确定不再服务。留空则没有',
  'screen.command.stop': '停止命令',
  'screen.command.stop.hint': '计划切换时，用于不会自行让位的主机。退出码 0：已停止',
  'screen.command.start': '启动命令',
  'screen.command.start.hint': '计划切换后，原主机没有自行恢复为备机时运行',
  'screen.command.timeout': '{{command}}：时限（ms）',
  'screen.command.requirement': '隔离钩子是否必需',
  'screen.command.optional': '可选',
  'screen.command.required': '必需',
  'screen.command.requirement.hint': '必需：不成功则不升主；可选：没有其他证明时再运行',
  'screen.command.ran': '运行过的命令',
  'screen.command.run': '运行',
  'screen.command.limit': '时限 {{time}}',
} as const;

const english: Record<keyof typeof chinese, string> = {
  'screen.options.title': 'An operator is needed: what is known and what can be done',
  'screen.options.known': 'What is known',
  'screen.options.ways': 'What can be done',
  'screen.attest.open': 'I have made sure that {{instance}} is off…',
  'screen.attest.title': 'Say that {{instance}} is off',
  'screen.attest.type': 'Type {{confirmation}} to confirm',
  'screen.attest.do': 'Say that {{instance}} is off',
  'screen.attest.incarnation': 'The process that is meant',
  'screen.attest.epoch': 'Epoch',
  'screen.attest.means':
    'Consoles take your word as the proof that {{instance}} is out, and the other instance may be promoted on it; a required fence hook is not waited for any more.',
  'screen.attest.risk':
    'If {{instance}} runs all the same, two instances serve at once and acknowledged writes may be lost.',
  'screen.attest.look':
    'Look on the host of {{instance}} first: its process has ended, or its power is cut. That it cannot be reached does not say that it has stopped.',
  'screen.attest.kept':
    'It holds for this process and this epoch alone; your name and the time go into the record and the events. It does not count once the instance answers.',
  'screen.command.title': 'Commands (fence, stop, start)',
  'screen.command.hint':
    'One argument a line, the first line the absolute path of the program; run as it stands, without a shell. Placeholders: {environment} {pair} {system} {node} {instance} {host} {t2Port} {f2Port} {to} {epoch} {token} {incarnation} {pid} {startTime} {bootId} {operation} {kind}. It must bear being run again, must end by itself, and says success with exit code 0.',
  'screen.command.fence': 'Fence hook',
  'screen.command.fence.hint': 'Exit code 0: that process serves no more, for certain. Empty: none',
  'screen.command.stop': 'Stop command',
  'screen.command.stop.hint':
    'Planned switchover, for a primary that does not step down by itself. Exit code 0: stopped',
  'screen.command.start': 'Start command',
  'screen.command.start.hint': 'After a planned switchover, where the old primary does not come back by itself',
  'screen.command.timeout': '{{command}}: time-out (ms)',
  'screen.command.requirement': 'Is the fence hook required?',
  'screen.command.optional': 'no: optional',
  'screen.command.required': 'yes: required',
  'screen.command.requirement.hint':
    'Required: nobody is promoted without its success. Optional: run where nothing else gives the proof',
  'screen.command.ran': 'Commands that were run',
  'screen.command.run': 'Run',
  'screen.command.limit': 'at most {{time}}',
};

/** The words of commands on the screen, and of the ways out where nobody serves. */
export const screenCommands = { 'zh-CN': chinese, en: english };
