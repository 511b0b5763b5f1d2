/** Setting up the shared data of a pair over NFS. */
export const dataSyncEn: Record<string, string> = {
  'dataSync.problem.ownNotAddress': "The server's own address has to be an IP address; {{value}} is none",
  'dataSync.problem.wildcard': '{{value}} would open the export to more than the other server',
  'dataSync.problem.sourceNotAddress':
    'Where its connections come from has to be an IP address; {{value}} is none: exports and firewalls do not follow names',
  'dataSync.problem.familyAcrossNat':
    '{{own}} and {{address}} are an IPv4 and an IPv6 address: a router that forwards ports does not translate between them',
  'dataSync.problem.familiesDiffer':
    '{{a}} and {{b}} are an IPv4 and an IPv6 address: each server would reach the other over another network',
  'dataSync.problem.samePort': '{{first}} and {{second}} are both given port {{port}}',
  'dataSync.problem.swapped':
    't2 {{t2}} and f2 {{f2}} are the ports of the other server the other way round: they look swapped',
  'dataSync.problem.sameMachine': '{{a}} and {{b}} are the same machine: both have {{address}}',
  'dataSync.problem.sameName': 'Both instances are called {{name}}',
  'dataSync.problem.nobodyExports': 'No server exports anything, so there is nothing to mount',
  'dataSync.problem.pathCharacters':
    '{{path}} has a backslash, an equals sign, a line separator or a blank at its end, which NFS, mount and systemd do not read back as they are',
  'dataSync.problem.exportRoot': 'An export of / would give the whole server away',
  'dataSync.problem.exportSystem': '{{path}} belongs to the system, or holds a part of it: it must not be exported',
  'dataSync.problem.exportWhole': '{{path}} holds more than the data of one pair',
  'dataSync.problem.mountSystem': 'A mount at {{path}} would cover what the system or others keep there',
  'dataSync.problem.nested': '{{mountPoint}} and {{directory}} lie within each other: the share would hold itself',
  'dataSync.problem.mappingTwice': '{{outside}} is in line {{line}} already',
  'dataSync.problem.mappingConflict':
    '{{outside}} is forwarded elsewhere by line {{line}}: a router can do one of them',
  'dataSync.problem.mappingServer': 'There is no server {{server}} in this pair',
  'dataSync.problem.mappingWithoutNat': 'No router translates in front of {{server}}, by what was entered',
  'dataSync.problem.mappingAddress': '{{address}} is none of the addresses at which {{server}} is reached',
  'dataSync.problem.mappingPort': 'Nothing of {{server}} that has to be reached has port {{port}}',
  'dataSync.problem.mappingProtocol':
    'Port {{port}} of {{server}} is {{service}}, which is {{must}}; the line forwards {{is}}',
  'dataSync.problem.mappingFixed':
    'The other server is told {{port}} by {{server}} itself ({{service}}): the port outside has to be the same',
  'dataSync.problem.mappingMissing':
    'The table has no line for {{service}} of {{server}}: {{protocol}} to port {{port}}, outside at {{address}}',
  'dataSync.problem.collision': '{{one}} and {{other}} would both be {{outside}} outside',
  'dataSync.problem.fixedCollision':
    '{{one}} and {{other}} would both be {{outside}} outside, and this port cannot be another one there',
  'dataSync.problem.optionOurs': '{{option}} follows from the other fields, and must not be said twice',
  'dataSync.problem.optionUnsafe': 'With {{option}} the standby could not rely on what it reads and writes there',
  'dataSync.problem.automountFstab': 'Mounting on first use goes with systemd units, not with /etc/fstab',

  'dataSync.remedy.field': 'Correct this field.',
  'dataSync.remedy.ownNotAddress': 'Enter the address that `ip address` shows on that server.',
  'dataSync.remedy.wildcard': 'Enter the one address from which the connections of that server come.',
  'dataSync.remedy.sourceNotAddress': 'Enter the address that the other server sees (`ss -tn` there shows it).',
  'dataSync.remedy.familyAcrossNat': 'Enter an outside address of the same family as the inside one.',
  'dataSync.remedy.familiesDiffer': 'Enter IPv4 addresses for both, or IPv6 addresses for both.',
  'dataSync.remedy.samePort':
    'Give {{second}} a port of its own, so that firewall and router tables cannot be misread.',
  'dataSync.remedy.swapped': "t2 is TCP, f2 is UDP. Look at the node's configuration, and exchange the two.",
  'dataSync.remedy.sameMachine': 'A pair needs two machines: enter the address of the other one.',
  'dataSync.remedy.sameName': 'Give each instance a name of its own.',
  'dataSync.remedy.nobodyExports': 'Let at least the server that may be primary export its share; usually both do.',
  'dataSync.remedy.pathCharacters': 'Use a directory without them. Spaces within and Chinese characters are fine.',
  'dataSync.remedy.exportRoot': 'Export the directory of the dat and redo files alone, such as /data/kuantu/share.',
  'dataSync.remedy.exportSystem': 'Export the directory of the dat and redo files alone, such as /data/kuantu/share.',
  'dataSync.remedy.exportWhole': 'Export a directory below it that holds the dat and redo files alone.',
  'dataSync.remedy.mountSystem': 'Use an empty directory of its own, such as /mnt/kuantu-peer.',
  'dataSync.remedy.nested': 'Mount somewhere else, such as /mnt/kuantu-peer.',
  'dataSync.remedy.mappingTwice': 'Take one of the two lines away.',
  'dataSync.remedy.mappingConflict': 'Give one of them another port outside.',
  'dataSync.remedy.mappingServer': 'Use the name of one of the two instances.',
  'dataSync.remedy.mappingWithoutNat': 'Say that it is behind NAT, or take the line away.',
  'dataSync.remedy.mappingAddress': 'Correct the outside address, or the address at which the server is reached.',
  'dataSync.remedy.mappingPort': 'Correct the port inside, or take the line away: it opens what is not needed.',
  'dataSync.remedy.mappingProtocol': 'Change the protocol to {{must}}. t2 and NFS are TCP, f2 is UDP.',
  'dataSync.remedy.mappingFixed': 'Forward {{port}} as {{port}}, or use NFSv4, which needs one port only.',
  'dataSync.remedy.mappingMissing': 'Add the line to the router and to this table.',
  'dataSync.remedy.collision': 'Give one of the two servers another port, or a line of the table another port outside.',
  'dataSync.remedy.fixedCollision': 'Use NFSv4, which needs one port only, or an outside address for each server.',
  'dataSync.remedy.optionOurs': 'Take it away.',
  'dataSync.remedy.optionUnsafe': 'Use softerr or hard, and a mount that can be written to: the seal is written there.',
  'dataSync.remedy.automountFstab': 'Choose systemd units, or a mount at every start.',

  'dataSync.why.packages': 'Installs the NFS programs, from the repository that your site uses',
  'dataSync.why.programs': 'These programs have to be there ({{packages}})',
  'dataSync.why.nfsConf': 'Fixed ports: without them mountd, statd and lockd take others at every start',
  'dataSync.why.lockdModule': 'The ports of lockd, whenever its module is loaded',
  'dataSync.why.lockdSysctl': 'The ports of lockd at every start, where its module is loaded already',
  'dataSync.why.lockdNow': 'The ports of lockd now',
  'dataSync.why.share': 'The directory of the dat and redo files, {{directory}}, which the other server reads (F6)',
  'dataSync.why.exports': 'Exports the share to {{peer}} alone, which comes from {{client}}',
  'dataSync.why.exportsNat':
    'Exports the share to {{peer}} alone, which comes from {{client}}. insecure: its router changes source ports, and ports above 1023 are refused without it',
  'dataSync.why.exportfs': 'Puts the exports into force; takes none away',
  'dataSync.why.service': 'Starts the NFS service now and at every start',
  'dataSync.why.restart': 'Starts the NFS services anew with the fixed ports',
  'dataSync.why.openToAll': 'Lets {{service}} in ({{protocol}} {{port}}), from everywhere: the node has clients',
  'dataSync.why.openToPeer': 'Lets {{service}} in ({{protocol}} {{port}}), from {{source}} alone',
  'dataSync.why.iptablesKept': 'Keeps the rules over a restart, where the package for it is installed',
  'dataSync.why.nftFile': 'The same rules as a file, which {{file}} includes at every start',
  'dataSync.why.nftKept': 'Loads {{file}} at every start, after the tables that are defined above it',
  'dataSync.why.mountPoint': 'Where the share of {{peer}} is mounted, {{target}}',
  'dataSync.why.fstab': 'Mounts the share of {{peer}} at every start; it is tried again until {{peer}} answers (bg)',
  'dataSync.why.unit':
    'Mounts the share of {{peer}} at {{target}} at every start ({{unit}}); it is tried again until {{peer}} answers, and holds nothing up',
  'dataSync.why.unitAuto': 'How the share of {{peer}} is mounted at {{target}} ({{unit}})',
  'dataSync.why.automount': 'Mounts {{target}} when it is first used, and again after {{peer}} was away',
  'dataSync.why.reload': 'Makes systemd read {{unit}}',
  'dataSync.why.mount': 'Mounts {{target}} now, from {{peer}}',
  'dataSync.why.router':
    'What the router at {{address}} has to forward, {{lines}} lines: mind the protocol of each (F3)',

  'dataSync.problem.probeProtocol':
    'Port {{port}} of {{server}} is {{service}}, which is {{must}}: trying it with {{is}} says nothing of it',
  'dataSync.remedy.probeProtocol': 'Try it with {{must}}: t2 by a connection, f2 by a heartbeat in a datagram.',

  'dataSync.hop.open': '{{from}} reaches {{service}} of {{to}} at {{host}}:{{port}} ({{protocol}})',
  'dataSync.hop.tcpForUdp':
    '{{host}}:{{port}} takes TCP connections and answers no heartbeat: f2 is UDP. The ports are swapped, or TCP is forwarded for UDP',
  'dataSync.hop.udpForTcp':
    '{{host}}:{{port}} answers heartbeats over UDP and takes no connection: t2 is TCP. The ports are swapped, or UDP is forwarded for TCP',
  'dataSync.hop.way':
    '{{service}} answers at {{to}} itself, and {{from}} does not get there by {{host}}:{{port}} ({{protocol}})',
  'dataSync.hop.server': '{{service}} does not answer at {{to}} itself ({{protocol}})',
  'dataSync.hop.refused': '{{host}}:{{port}} refuses {{from}} ({{protocol}}, {{service}})',
  'dataSync.hop.timeout': '{{host}}:{{port}} does not answer {{from}} ({{protocol}}, {{service}})',
  'dataSync.hop.unreachable': '{{from}} has no way to {{host}} ({{service}})',
  'dataSync.hop.silent':
    'No datagram came back from {{host}}:{{port}} to {{from}}: over UDP silence proves nothing ({{service}})',
  'dataSync.hop.otherService': 'Something else than {{service}} answers at {{host}}:{{port}}, seen from {{from}}',
  'dataSync.hop.unsaid': '{{from}} cannot try {{host}}:{{port}} for us ({{protocol}}, {{service}})',
  'dataSync.hop.remedy.protocol': 'Compare the ports of the node with the table of the router: t2 is TCP, f2 is UDP.',
  'dataSync.hop.remedy.server': 'Start {{service}} on {{to}}, and look at the port that it listens on (`ss -ltunp`).',
  'dataSync.hop.remedy.firewall':
    'Let {{protocol}} {{port}} in at the firewall of {{host}}, and of what stands between.',
  'dataSync.hop.remedy.router':
    'Have the router forward {{protocol}} {{host}}:{{port}} to {{insideHost}}:{{insidePort}}, and the firewall there let it in.',
  'dataSync.hop.remedy.access': 'Enter how {{from}} is reached over SSH: a hop is tried from where it is used.',

  'dataSync.name.same': '{{name}} is the same everywhere',
  'dataSync.name.differs': '{{name}} is another address on different machines',
  'dataSync.name.unknownEverywhere': 'There is no {{name}}, by the console and both servers',
  'dataSync.name.notAsked': 'Not every machine could be asked for {{name}}',
  'dataSync.name.remedy': 'Use IP addresses, one for each who reaches it, or make /etc/hosts and DNS say the same.',

  'dataSync.machine.two': '{{a}} and {{b}} are two machines',
  'dataSync.machine.same': '{{a}} and {{b}} run on the same machine: when it stops, both do',
  'dataSync.machine.cloned':
    '{{a}} and {{b}} are two machines with one machine-id: one was made from the image of the other',
  'dataSync.machine.notAsked': 'Whether {{a}} and {{b}} are two machines could not be found out',
  'dataSync.machine.remedy.same': 'Enter the address of the other machine; a rehearsal alone may use one for both.',
  'dataSync.machine.remedy.cloned':
    'Give one of them a machine-id of its own (`rm /etc/machine-id; systemd-machine-id-setup`), and restart it.',
  'dataSync.machine.remedy.notAsked': 'Enter how both are reached over SSH.',
};
