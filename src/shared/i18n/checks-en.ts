/** What the checks on the servers found, and what to do. */
export const checksEn: Record<string, string> = {
  'check.access.ok': 'commands can be run on {{host}}',
  'check.access.otherSystem': 'this system is not known here: {{system}}. Linux servers are looked at',
  'check.access.otherAnswer':
    'uname -s -r is answered with something else (“{{line}}”): a forced command, or start-up files of the shell that print',
  'check.access.noAnswer': 'uname -s -r ends well and prints nothing: the login runs no commands as they are',
  'check.access.unknownKey':
    'unknown host key: {{host}} shows {{fingerprint}}, which nobody has confirmed; nothing was logged in to',
  'check.access.changedKey':
    'the host key has changed: {{host}} shows {{now}}, known is {{expected}}. Nothing was logged in to, nothing was run',
  'check.access.revokedKey':
    'the host key is revoked: {{host}} shows {{now}}, which is marked @revoked. Nothing was logged in to, nothing was run',
  'check.access.refused': '{{host}} refuses the login of {{user}}',
  'check.access.unreachable': '{{host}} cannot be reached over SSH ({{detail}})',
  'check.access.noAgent': 'there is no SSH agent',
  'check.access.noKey': 'the key file {{file}} cannot be used',
  'check.access.noPassword': 'there is no password for {{user}} at {{host}}',
  'check.access.knownHostsUnreadable': 'the known-hosts file {{file}} cannot be read: not connected',
  'check.access.knownHostsUnwritable':
    'the known-hosts file {{file}} cannot be written: the new key was not taken, and nothing was run',
  'check.notConfigured': 'not configured: {{field}}',
  'check.late': 'not done within {{seconds}} s',
  'check.broken': 'the check itself failed: {{detail}}',
  'check.command.timeout': '{{command}} did not end within {{seconds}} s',
  'check.command.overflow': '{{command}} printed too much: stopped after {{bytes}} bytes',
  'check.command.killed': '{{command}} was killed on the server ({{signal}})',
  'check.command.missing': 'there is no program {{command}} on the server',
  'check.command.lost': 'the connection was lost during {{command}} ({{detail}})',
  'check.command.sudo': 'sudo wants a password for {{command}}, or does not allow it',
  'check.command.denied': 'no permission for {{command}}',
  'check.command.failed': '{{command}} failed with exit code {{code}}',
  'check.command.failedSaying': '{{command}} failed with exit code {{code}}: {{detail}}',
  'check.mount.ok': '{{target}} is mounted as it should be ({{source}}, {{type}})',
  'check.mount.missing': 'mount missing: nothing is mounted at {{target}}',
  'check.mount.otherSource': '{{found}} is mounted at {{target}}, {{expected}} should be',
  'check.mount.otherType': 'the file system at {{target}} is {{found}}, it should be {{expected}}',
  'check.mount.otherOptions': '{{target}} lacks the mount options {{missing}} (it has {{found}})',
  'check.mount.answers': '{{target}} answers',
  'check.mount.silent': 'no answer in {{seconds}} s: the mount at {{target}} hangs',
  'check.mount.stillSilent':
    'still no answer: the mount at {{target}} hangs, process {{pid}} has been waiting for it for {{seconds}} s',
  'check.mount.stillWaits': 'still no answer: the mount at {{target}} hangs, process {{pid}} waits for it',
  'check.mount.broken': '{{target}} cannot be used: {{detail}}',
  'check.mount.notThere': 'nothing is mounted at {{target}}, so there is nothing to look at',
  'check.mount.notAsked': '{{target}} does not answer as it should, so it was asked nothing more',
  'check.mount.needNotWrite': '{{target}} need not be writable',
  'check.mount.readOnly': '{{target}} is mounted read-only',
  'check.mount.writable': '{{target}} is writable',
  'check.mount.notWritable': 'the user of the check cannot write to {{target}}',
  'check.mount.notOurs':
    '{{target}} is mounted for writing, and the user of the check may not write there: whether mt’s user (uid {{uid}}) may is not known',
  'check.mount.space': '{{target}} has {{free}} % of its space free, and {{freeInodes}} % of its inodes',
  'check.mount.nearlyFull':
    '{{target}} is nearly full: {{free}} % of its space free, {{freeInodes}} % of its inodes (at least {{least}} %)',
  'check.mount.full':
    '{{target}} is full: {{free}} % of its space free, {{freeInodes}} % of its inodes (at least {{least}} %)',
  'check.mount.noFigures': 'how much room {{target}} has is not known',
  'check.redo.ok': 'the newest file is {{file}}, {{bytes}} bytes, written {{ageS}} s ago',
  'check.redo.none': 'there are no dat or redo files in {{directory}}',
  'check.redo.missing': 'there is no directory {{directory}}',
  'check.redo.syncFailed': 'the standby {{standby}} fails to synchronise its data',
  'check.redo.syncOff': 'the standby {{standby}} is not set up to synchronise data',
  'check.redo.lagNotKnown': 'the standby {{standby}} does not know yet how far it is behind',
  'check.redo.behind': 'the standby {{standby}} is behind, for {{seconds}} s (records: {{records}})',
  'check.redo.follows': 'the standby {{standby}} follows, LSN {{lsn}} (records behind: {{records}})',
  'check.redo.noFiles': 'the instances say nothing of their data, and there are no redo files to compare',
  'check.redo.older': "the newest file of {{instance}} is {{differenceS}} s older than the other server's",
  'check.redo.alike': "the two servers' newest files are {{differenceS}} s apart",
  'check.clock.ok': "the clock is {{offset}} ms (±{{error}}) off the console's",
  'check.clock.off': "the clock is {{offset}} ms (±{{error}}) off the console's: too much",
  'check.clock.notSynchronised':
    "the time service is not synchronised; the clock is {{offset}} ms (±{{error}}) off the console's",
  'check.clock.noService': "no time service was found; the clock is {{offset}} ms (±{{error}}) off the console's",
  'check.clock.unreadable': "the server's clock could not be read",
  'check.clock.apart': "the two servers' clocks are {{offset}} ms (±{{error}}) apart: too much",
  'check.clock.alike': "the two servers' clocks are {{offset}} ms (±{{error}}) apart",
  'check.todb.ok': 'the Todb file {{file}} can be read',
  'check.todb.missing': 'there is no Todb file {{file}}',
  'check.todb.broken': 'the Todb file {{file}} is wrong',
  'check.todb.identical': 'both Todb files say the same',
  'check.todb.different': 'the Todb files differ: {{keys}}',
  'check.todb.notCompared': 'at least one Todb file could not be read: not compared',
  'check.database.file': 'the local database is a file: no network is between',
  'check.database.noTodb': 'where the local database is stands in the Todb file {{file}}, which cannot be used',
  'check.nfs.none': 'the mount is no NFS mount',
  'check.reach.open': '{{host}}:{{port}} (TCP) can be reached from {{from}}',
  'check.reach.refused': '{{host}}:{{port}} refuses from {{from}}: nothing listens there, or a firewall refuses',
  'check.reach.timeout': '{{host}}:{{port}} (TCP) does not answer from {{from}}: perhaps a firewall drops it',
  'check.reach.unreachable': '{{host}}:{{port}} cannot be reached from {{from}} ({{detail}})',
  'check.reach.unsaid':
    '{{from}} cannot ask {{host}}:{{port}} for us: forwarding is not allowed there, and there is no bash that can',
  'check.reach.noBash': '{{from}} cannot send {{host}}:{{port}} a UDP datagram for us: there is no bash that can',
  'check.reach.datagram': 'a UDP datagram from {{from}} to {{host}}:{{port}} was answered',
  'check.reach.dropped': 'UDP datagrams from {{from}} to {{host}}:{{port}} are dropped by the firewall there',
  'check.reach.noDatagram':
    'UDP datagrams from {{from}} to {{host}}:{{port}} were not answered; with UDP that proves nothing',
  'check.listening.ok': '{{name}} port {{port}} ({{protocol}}) is listened on',
  'check.listening.unreadable': 'which ports are listened on there could not be found out',
  'check.listening.none': 'nothing listens on the {{name}} port {{port}} ({{protocol}})',
  'check.listening.loopback':
    'the {{name}} port {{port}} ({{protocol}}) is listened on at the loopback address alone: no other machine gets there',
  'check.firewall.off': 'no firewall is on',
  'check.firewall.on': 'on: {{active}}',
  'check.firewall.passes': 'the firewall passes the {{name}} port {{port}} ({{protocol}})',
  'check.firewall.drops': 'the firewall drops the {{name}} port {{port}} ({{protocol}})',
  'check.firewall.unclear':
    'what the firewall does with the {{name}} port {{port}} ({{protocol}}) rests on rules that cannot be judged from here',
  'check.firewall.noTool': 'there is no nft, iptables, firewall-cmd or ufw on the server: its firewall is not known',
  'check.access.notOnWindows': 'this is not looked at on Windows',
  'check.windows.notUnderstood': 'what PowerShell answers is not understood ({{name}})',
  'check.mt.noRecords':
    'ZooKeeper does not tell which process is registered ({{detail}}), and server.process is not configured',
  'check.mt.notRegistered':
    '{{name}} is not registered, nothing listens on its ports, and server.process is not configured: there is no process to look for',
  'check.mt.ok': 'the mt process {{pid}} has been running for {{seconds}} s',
  'check.mt.there': 'the mt process {{pid}} is running',
  'check.mt.registered': 'the registered mt process {{pid}} is running',
  'check.mt.none': 'no process has {{text}} in its command line ({{count}})',
  'check.mt.several': '{{count}} processes have {{text}} in their command lines ({{pids}}): there should be one',
  'check.mt.second':
    'a second mt process of the same instance runs beside the registered one: {{pid}} for {{seconds}} s, the registered {{registered}} for {{registeredSeconds}} s',
  'check.mt.secondUndated':
    'a second mt process of the same instance, {{pid}}, runs beside the registered one, {{registered}}',
  'check.mt.perhapsSecond':
    'process {{pid}} has the same command line as the registered {{registered}} and may be a second one of the same instance: in which directory they run is not shown to this user',
  'check.mt.otherRegistered':
    'process {{pid}} has {{text}} in its command line, but another one is registered: {{registered}}',
  'check.mt.unregistered': 'process {{pid}} has been running for {{seconds}} s, but {{name}} is not registered',
  'check.mt.unregisteredUndated': 'process {{pid}} is running, but {{name}} is not registered',
  'check.mt.perhapsUnregistered':
    '{{name}} is not registered, but process {{pid}} has {{name}} and {{node}} in its command line',
  'check.mt.unknownListens':
    '{{name}} is not registered, but something listens on its port: which process that is is not shown to this user',
  'check.mt.noList': 'the processes could not be listed',
  'check.svrMode.pair': '{{instance}} is in pair mode (svr_mode 0)',
  'check.svrMode.single': '{{instance}} is in single-server mode (svr_mode 1): nothing can be switched over',
  'check.svrMode.silent': '{{instance}} does not answer 1403040',
  'check.svrMode.notSaid': "{{instance}}'s answer to 1403040 has no svr_mode",
  'check.zookeeper.ok': '{{serving}} of {{servers}} ZooKeeper servers serve',
  'check.zookeeper.some':
    'seen from this server only {{serving}} of {{servers}} ZooKeeper servers serve; they are still a quorum',
  'check.zookeeper.noQuorum':
    'seen from this server only {{serving}} of {{servers}} ZooKeeper servers serve: no quorum',
  'check.zookeeper.mute': '{{serving}} of {{servers}} ZooKeeper servers serve; the others do not say',
  'check.zookeeper.apart':
    'among {{servers}} ZooKeeper servers some are standalone: they are no ensemble ({{serving}} serve)',
  'check.zookeeper.busy': '{{outstanding}} requests wait at ZooKeeper ({{serving}} of {{servers}} servers serve)',
  'check.route.ok': 'the route names {{instance}} (epoch {{epoch}}), the standby {{standby}} is in place',
  'check.route.unreachable': 'the route cannot be read from ZooKeeper ({{detail}})',
  'check.route.broken': 'ZooKeeper holds records that do not parse',
  'check.route.none': 'there is no route in ZooKeeper',
  'check.route.foreign': 'the route names {{instance}}, which is none of this pair',
  'check.route.closed': 'the route is closed (for {{instance}}, epoch {{epoch}})',
  'check.route.gone': 'the route names {{instance}}, which is not registered',
  'check.route.otherIncarnation': 'the route names another start of {{instance}}',
  'check.route.notPrimary': 'the route names {{instance}}, whose role is $t({{role}})',
  'check.route.otherAnswers': "{{found}} answers at {{instance}}'s port",
  'check.route.otherProcess': 'the {{instance}} that answers is not the start that is registered',
  'check.route.noStandby': 'there is no standby: {{instance}} is not registered',
  'check.route.notStandby': '{{instance}} is no standby in place (role $t({{role}}), status {{status}})',
  'check.readiness.failed': '{{server}}: $t({{because}}) ($t(check.title.{{check}}))',
  'check.readiness.failed.several': '{{server}}: $t({{because}}) ($t(check.title.{{check}}) and {{more}} more)',
  'check.readiness.unknown.several':
    '{{server}}: not known, $t({{because}}) ($t(check.title.{{check}}) and {{more}} more)',
  'check.readiness.unknown': '{{server}}: not known, $t({{because}}) ($t(check.title.{{check}}))',
  'check.remount.found': 'mounted at {{target}} now:',
  'check.remount.nothing': '(nothing)',
  'check.remount.expected': 'what should be:',
  'check.remount.commands': 'to be run:',
  'check.remount.ifNeeded': '    (only if the one before does not do)',
  'check.remount.stranger':
    'something else is mounted at {{target}} ({{found}}), not the configured {{expected}}: it is not unmounted, and nothing was changed',
  'check.remount.notUnmounted': '{{target}} cannot be unmounted, and was not mounted again',
  'check.remount.notMounted': '{{target}} did not get mounted',
  'check.remount.ask': 'Mount {{target}} on {{instance}}? Type y:',
  'check.remount.askName':
    'This takes away {{target}}, which may be in use. Type the name of the instance, {{instance}}:',
  'check.remount.unasked': 'nobody can be asked: there is no terminal. Look with --dry-run, then say --yes',
  'check.remount.declined': 'not confirmed: nothing was changed',
  'check.remount.planned': 'dry run: nothing was changed',
  'check.remount.done': '{{target}} is mounted anew',
  'check.remount.noInstance': 'the pair has no instance {{instance}}; it has {{names}}',
  'check.event.ready': 'checks: the standby of {{node}} is ready',
  'check.event.notReady': 'checks: the standby of {{node}} cannot take over',
  'check.event.notReady.one': 'checks: the standby of {{node}} cannot take over. {{server}}: $t({{because}})',
  'check.event.notReady.why':
    'checks: the standby of {{node}} cannot take over. {{server}}: $t({{because}}) (and {{more}} more)',
  'check.event.unknown': 'checks: whether the standby of {{node}} can take over is not known',
  'check.event.unknown.one':
    'checks: whether the standby of {{node}} can take over is not known. {{server}}: $t({{because}})',
  'check.event.unknown.why':
    'checks: whether the standby of {{node}} can take over is not known. {{server}}: $t({{because}}) (and {{more}} more)',
  'check.remedy.configure': 'Write {{field}} for this instance in the configuration file',
  'check.remedy.unknownKey':
    "Compare the fingerprint with the server's administrator; if it is right, accept it: with “Test the connection” in the environment form, or by running the check with --accept-new-host-keys. Either writes the key to {{file}}",
  'check.remedy.changedKey':
    'Find out why first: a new installation, or somebody in between? Once the new fingerprint is confirmed, remove the old line from {{file}} and accept the key anew',
  'check.remedy.login': "Check {{user}}'s key, password or SSH agent, and the server's sshd settings",
  'check.remedy.sshd':
    'Check that sshd runs at {{host}}, that the port is right, and that network and firewall let it pass',
  'check.remedy.credential':
    "Check server.access.auth, and the key file, the environment variable or the system's secret store",
  'check.remedy.knownHosts': 'Let the user who runs the console read {{file}}',
  'check.remedy.sudo':
    'Allow {{command}} without a password in sudoers (docs/checks.md has the whole list), and set sudo to true in server.access',
  'check.remedy.denied':
    'Give the user that the console logs in as the right to {{command}}: see who owns what it reads, and its mode',
  'check.remedy.install': 'Install {{command}} on the server, in one of the directories that docs/checks.md names',
  'check.remedy.quietShell':
    'Log in there as the configured user and run uname -s -r: it must print one line, as “Linux 5.10.0”. Take what else prints out of the start-up files, and command= or ForceCommand from this login',
  'check.remedy.knownHostsUnwritable':
    'Let the user who runs the console write {{file}}, or name another knownHostsFile',
  'check.remedy.revokedKey':
    'Have the administrator of {{host}} make a new host key: who has the revoked one can pass for it',
  'check.remedy.mount': 'Make sure that the source is there, then mount it: {{command}}',
  'check.remedy.remount':
    "Check the source, then remount {{target}}: on the pair's page, or with npm run check -- --remount INSTANCE; both show the exact commands first",
  'check.remedy.stranger':
    'Find out who has mounted that at {{target}}, and why; unmount it by hand if it is wrong. The console never takes away what is not the configured mount. Then remount',
  'check.remedy.hungMount':
    "Check the source and the network to it; where it does not come back, remount {{target}}: on the pair's page, or with npm run check -- --remount INSTANCE; both show the exact commands first",
  'check.remedy.readOnly': 'Check /etc/fstab and the export, and mount {{target}} for reading and writing',
  'check.remedy.notWritable': "Check {{target}}'s owner and mode, and root_squash with NFS",
  'check.remedy.notOurs':
    'Look at owner and mode of {{target}}, and at root_squash with NFS; or have the console log in as mt’s user (uid {{uid}})',
  'check.remedy.space': 'Make room in the file system of {{target}}, or enlarge it',
  'check.remedy.redo': 'Check that server.redoDirectory is right and that mt has written there: {{directory}}',
  'check.remedy.sync': 'Check the mount on {{standby}} first (df -h), then its log',
  'check.remedy.clock': 'Switch NTP on and check it on the server (chronyc tracking, or timedatectl)',
  'check.remedy.todb': 'Check that {{file}} is there, can be read, and is well-formed',
  'check.remedy.todbIdentical': 'Make both Todb files the same (F7), then restart the standby',
  'check.remedy.database':
    'Firewalls first: PCs and servers switch them on by themselves. Then the database service, and the port that it listens on',
  'check.remedy.nfs': 'Check the NFS service, and the firewall and NAT for port {{port}} (TCP)',
  'check.remedy.t2': 'Check that mt runs, and that firewall and NAT pass the t2 port {{port}} (TCP)',
  'check.remedy.f2': 'Check that firewall and NAT pass the f2 port {{port}}: UDP, not TCP',
  'check.remedy.forwarding': "Allow TCP forwarding in the server's sshd, or install bash there",
  'check.remedy.listening':
    'Check that mt runs, and that its {{name}} port {{port}} ({{protocol}}) and the address it listens on are right',
  'check.remedy.firewall':
    'Let {{port}}/{{protocol}} ({{name}}) pass: firewall-cmd --permanent --add-port={{port}}/{{protocol}} && firewall-cmd --reload, or ufw allow {{port}}/{{protocol}}',
  'check.remedy.noRoute':
    'Start the instance that shall be primary: the first one claims the route. Where one runs already see that node name and ZooKeeper path are the same as here',
  'check.remedy.standby':
    'Check the mount on {{standby}} first (df -h), then its log: a standby that has loaded reports status 2',
  'check.remedy.firewallRules':
    'Let {{port}}/{{protocol}} ({{name}}) pass from the other server: the raw evidence has the rules that decide; put one that accepts before them',
  'check.remedy.mt': "Start the instance's mt and look at its log",
  'check.remedy.mtSecond':
    'Find out where process {{pid}} comes from (started twice, a leftover) and end it; {{registered}} is the registered one',
  'check.remedy.mtUnregistered':
    "Look at its log for why {{name}} does not register (ZooKeeper, the environment's pathTemplate); where it is a leftover, end it",
  'check.remedy.mtSeveral':
    'Find out where the other mt processes come from and leave one; or make server.process more exact',
  'check.remedy.svrMode': 'Set {{instance}} to pair mode with hsadmin',
  'check.remedy.zookeeper':
    'Check the ZooKeeper servers that do not serve and the network to them; srvr must be in 4lw.commands.whitelist',
  'check.remedy.route': 'Open the pair in the console and look at its route and registrations',
};
