import { problems } from './problems.ts';
import type { CatalogueSection } from './section.ts';

/** A problem of the configuration file: where in the file, and each of the field problems in words. */
function configProblems(locale: 'zh-CN' | 'en', where: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(problems[locale]).map(([key, text]) => [`shell.config.${key}`, `${where}${text}`]),
  );
}

export const shell: CatalogueSection = {
  'zh-CN': {
    ...configProblems('zh-CN', '配置文件 {{file}} 有误，未做任何改动。{{path}}（第 {{line}} 行第 {{column}} 列）：'),
    'shell.config.unreadable': '无法读取配置文件 {{file}}（{{code}}），未做任何改动。',
    'shell.config.notJson': '配置文件 {{file}} 从第 {{line}} 行第 {{column}} 列起不是有效的 JSON，未做任何改动。',
    'shell.config.tooLarge': '配置文件 {{file}} 太大（{{bytes}} 字节），未读取。',
    'shell.config.newer':
      '配置文件 {{file}} 第 {{line}} 行第 {{column}} 列的版本是 {{version}}，比本控制台新，未做任何改动。请使用较新的控制台。',
    'shell.notice.begun': '{{pair}}：主备切换开始',
    'shell.notice.begunBody': '{{from}} → {{to}}，任期 {{epochBefore}} 之后',
    'shell.notice.done': '{{pair}}：主备切换完成',
    'shell.notice.doneBody': '{{to}} 现为主机，任期 {{epoch}}，中断时长 {{outageMs}} ± {{outageErrorMs}} ms',
    'shell.notice.doneUnmeasured': '{{to}} 现为主机，任期 {{epoch}}，中断时长未测得',
    'shell.notice.failed': '{{pair}}：主备切换失败',
    'shell.notice.unknown': '{{pair}}：主备切换结果尚不清楚',
    'shell.notice.failedBody': '切换到 {{to}} 未完成。请打开该主备对查看原因和可选操作。',
    'shell.event.journalMoved': '日志数据库已损坏，已移到 {{file}}，从现在起重新记录。',
    'shell.event.journalMemory': '日志数据库 {{file}} 无法使用（{{code}}），事件只保存到控制台退出为止。',
    'shell.event.journalNewer': '日志数据库 {{file}} 由较新的控制台创建，未做改动，事件只保存到控制台退出为止。',
    'shell.event.environmentFailed': '环境 {{environment}} 未能启动（{{detail}}）。',
    'shell.cli.usage': `用法：npm start -- [选项]
  --web              在浏览器中打开，不用 Electron
  --no-open          不自动打开浏览器，只打印地址
  --port N           监听 127.0.0.1 的端口，0 为任意空闲端口（默认）
  --practice         立即启动演练环境
  --config FILE      使用此配置文件（必须存在）
  --state-dir DIR    日志数据库和（未指定 --config 时）配置文件所在目录
  --ephemeral        事件只保存在内存中
  --lang LANG        zh-CN 或 en
  --log-level LEVEL  debug、info、warn（默认）、error 或 silent；日志写到标准错误
  --help             显示本说明`,
    'shell.cli.badArguments': '参数有误：{{detail}}。用 --help 查看用法。',
    'shell.cli.cannotListen': '无法监听 127.0.0.1:{{port}}：{{code}}。端口可能已被占用，请用 --port 另选一个。',
    'shell.cli.configMissing': '配置文件 {{file}} 不存在。',
    'shell.cli.notBuilt': '{{directory}} 中没有界面文件，请先运行 npm run build。',
    'shell.cli.failed': '控制台未能启动：{{detail}}',
    'shell.name': '宽途主备控制台',
    'shell.menu.console': '控制台',
    'shell.menu.about': '关于宽途主备控制台',
    'shell.menu.loginItem': '登录时启动',
    'shell.menu.closeToTray': '关闭窗口后在托盘中继续运行',
    'shell.menu.quit': '退出',
    'shell.menu.open': '打开控制台',
    'shell.menu.edit': '编辑',
    'shell.menu.cut': '剪切',
    'shell.menu.copy': '复制',
    'shell.menu.paste': '粘贴',
    'shell.menu.selectAll': '全选',
    'shell.menu.view': '查看',
    'shell.menu.zoomIn': '放大',
    'shell.menu.zoomOut': '缩小',
    'shell.menu.zoomReset': '实际大小',
    'shell.menu.fullScreen': '全屏',
    'shell.menu.developer': '开发者工具',
    'shell.menu.help': '帮助',
    'shell.menu.zooKeeperGuide': 'ZooKeeper 管理员指南（在浏览器中打开）',
    'shell.tray.p1': '{{count}} P1',
    'shell.tray.p2': '{{count}} P2',
    'shell.tray.p3': '{{count}} P3',
    'shell.tray.noData': '{{count}} 无数据',
    'shell.tray.ok': '{{count}} 正常',
    'shell.tray.stale': '无数据',
    'shell.tray.hintTitle': '控制台仍在运行',
    'shell.tray.hint': '窗口已收起，监视继续进行。再次启动控制台或点击托盘图标即可打开；从菜单退出才会停止监视。',
    'shell.quit.title': '退出宽途主备控制台',
    'shell.quit.message': '退出后监视停止',
    'shell.quit.detail': '本控制台将不再监视 {{count}} 个主备对，不再告警，也不再自动切换。',
    'shell.quit.keep': '继续运行',
    'shell.quit.quit': '退出并停止监视',
    'shell.loginItem.failedTitle': '未能更改“登录时启动”',
    'shell.loginItem.failed': '系统没有接受更改，详情见日志。请检查自动启动文件夹是否可写。',
    'error.internal': '控制台内部出错，详情见日志，编号 {{reference}}。',
    'error.invalidInput': '命令 {{command}} 的输入有误：{{path}}。',
    'error.unknownCommand': '没有命令 {{command}}。',
    'error.tooManyCalls': '未完成的请求过多，请稍后再试。',
    'error.zookeeper': 'ZooKeeper 未能完成操作（{{code}}，{{path}}）。请检查连接后再试。',
    'error.noEnvironment': '没有环境 {{id}}，可能已被删除。',
    'error.noPair': '没有主备对 {{pair}}，可能已被删除。',
    'error.readOnly': '配置文件 {{file}} 不可写，不能从界面更改。',
    'error.practiceReadOnly': '演练环境由控制台管理，不能编辑或删除。',
    'error.configBroken': '配置文件 {{file}} 有误，修正之前不能保存。',
    'error.configChanged': '配置文件 {{file}} 已被其他程序更改，已重新读取。请核对后再保存。',
    'error.configWrite': '无法写入配置文件 {{file}}（{{code}}），未做任何改动。',
    'error.practiceRuns': '另一个演练环境正在运行，请先停止它。',
    'error.practiceTwin': '演练主备对不能再有孪生。',
    'error.practiceUnavailable': '此处不能运行演练环境。',
  },
  en: {
    ...configProblems(
      'en',
      'The configuration file {{file}} is wrong and was left as it is. At {{path}} (line {{line}}, column {{column}}): ',
    ),
    'shell.config.unreadable': 'The configuration file {{file}} cannot be read ({{code}}) and was left as it is.',
    'shell.config.notJson':
      'The configuration file {{file}} is not valid JSON from line {{line}}, column {{column}} on, and was left as it is.',
    'shell.config.tooLarge': 'The configuration file {{file}} is too large ({{bytes}} bytes) and was not read.',
    'shell.config.newer':
      'The configuration file {{file}} has version {{version}} (line {{line}}, column {{column}}), newer than this console, and was left as it is. Use a newer console.',
    'shell.notice.begun': '{{pair}}: switchover begun',
    'shell.notice.begunBody': '{{from}} → {{to}}, after epoch {{epochBefore}}',
    'shell.notice.done': '{{pair}}: switchover done',
    'shell.notice.doneBody': '{{to}} is primary, epoch {{epoch}}, outage {{outageMs}} ± {{outageErrorMs}} ms',
    'shell.notice.doneUnmeasured': '{{to}} is primary, epoch {{epoch}}, outage not measured',
    'shell.notice.failed': '{{pair}}: switchover failed',
    'shell.notice.unknown': '{{pair}}: outcome of the switchover not known yet',
    'shell.notice.failedBody':
      'The switchover to {{to}} did not complete. Open the pair for the cause and what can be done.',
    'shell.event.journalMoved': 'The journal was damaged and has been moved to {{file}}; recording starts afresh.',
    'shell.event.journalMemory':
      'The journal {{file}} cannot be used ({{code}}): events are kept only until the console ends.',
    'shell.event.journalNewer':
      'The journal {{file}} was made by a newer console and left as it is: events are kept only until the console ends.',
    'shell.event.environmentFailed': 'Environment {{environment}} could not be started ({{detail}}).',
    'shell.cli.usage': `Usage: npm start -- [options]
  --web              open in a browser, without Electron
  --no-open          open no browser, only print the address
  --port N           port to listen on at 127.0.0.1; 0 for any free one (default)
  --practice         start the practice environment at once
  --config FILE      use this configuration file (it must exist)
  --state-dir DIR    where the journal and, without --config, the configuration file are kept
  --ephemeral        keep events in memory only
  --lang LANG        zh-CN or en
  --log-level LEVEL  debug, info, warn (default), error or silent; the log goes to standard error
  --help             show this`,
    'shell.cli.badArguments': 'Bad arguments: {{detail}}. See --help.',
    'shell.cli.cannotListen':
      'Cannot listen on 127.0.0.1:{{port}}: {{code}}. The port may be in use: choose another with --port.',
    'shell.cli.configMissing': 'The configuration file {{file}} does not exist.',
    'shell.cli.notBuilt': 'There is no screen in {{directory}}: run npm run build first.',
    'shell.cli.failed': 'The console could not start: {{detail}}',
    'shell.name': 'KuanTu HA Console',
    'shell.menu.console': 'Console',
    'shell.menu.about': 'About KuanTu HA Console',
    'shell.menu.loginItem': 'Start at login',
    'shell.menu.closeToTray': 'Keep running in the tray when the window is closed',
    'shell.menu.quit': 'Quit',
    'shell.menu.open': 'Open the console',
    'shell.menu.edit': 'Edit',
    'shell.menu.cut': 'Cut',
    'shell.menu.copy': 'Copy',
    'shell.menu.paste': 'Paste',
    'shell.menu.selectAll': 'Select all',
    'shell.menu.view': 'View',
    'shell.menu.zoomIn': 'Zoom in',
    'shell.menu.zoomOut': 'Zoom out',
    'shell.menu.zoomReset': 'Actual size',
    'shell.menu.fullScreen': 'Full screen',
    'shell.menu.developer': 'Developer tools',
    'shell.menu.help': 'Help',
    'shell.menu.zooKeeperGuide': "ZooKeeper administrator's guide (opens the browser)",
    'shell.tray.p1': '{{count}} P1',
    'shell.tray.p2': '{{count}} P2',
    'shell.tray.p3': '{{count}} P3',
    'shell.tray.noData': '{{count}} no data',
    'shell.tray.ok': '{{count}} ok',
    'shell.tray.stale': 'no data',
    'shell.tray.hintTitle': 'The console is still running',
    'shell.tray.hint':
      'Its window is out of sight and it goes on watching. Start it again or click the tray icon to open it; quitting from the menu stops the monitoring.',
    'shell.quit.title': 'Quit KuanTu HA Console',
    'shell.quit.message': 'Quitting stops the monitoring',
    'shell.quit.detail':
      'This console will no longer watch its pairs ({{count}}), raise alarms or switch over by itself.',
    'shell.quit.keep': 'Keep running',
    'shell.quit.quit': 'Quit and stop monitoring',
    'shell.loginItem.failedTitle': 'Start at login was not changed',
    'shell.loginItem.failed':
      'The system did not take the change; the log has the details. Check that the autostart folder can be written.',
    'error.internal': 'Something went wrong inside the console; the log has the details under {{reference}}.',
    'error.invalidInput': 'The input of command {{command}} is not valid: {{path}}.',
    'error.unknownCommand': 'There is no command {{command}}.',
    'error.tooManyCalls': 'Too many requests are under way: try again in a moment.',
    'error.zookeeper':
      'ZooKeeper did not complete the operation ({{code}}, {{path}}). Check the connection and try again.',
    'error.noEnvironment': 'There is no environment {{id}}; it may have been removed.',
    'error.noPair': 'There is no pair {{pair}}; it may have been removed.',
    'error.readOnly': 'The configuration file {{file}} cannot be written, so nothing can be changed from the screen.',
    'error.practiceReadOnly': 'The console manages the practice environment itself: it cannot be edited or removed.',
    'error.configBroken': 'The configuration file {{file}} is wrong: nothing can be saved until it is put right.',
    'error.configChanged':
      'The configuration file {{file}} was changed by another program and has been read again. Look it over, then save.',
    'error.configWrite': 'The configuration file {{file}} cannot be written ({{code}}); nothing was changed.',
    'error.practiceRuns': 'Another practice environment runs: stop it first.',
    'error.practiceTwin': 'A practice pair has no twin.',
    'error.practiceUnavailable': 'The practice environment cannot run here.',
  },
};
