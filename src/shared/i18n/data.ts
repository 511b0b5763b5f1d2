import type { CatalogueSection } from './section.ts';

/** What an instance says of its data: the synchronisation through the mount (F3, F6, F15) and the local database (F7, F16). */
export const data: CatalogueSection = {
  'zh-CN': {
    'sync.mountMissing':
      '挂载目录 {{directory}} 不存在，无法同步主机数据。请执行 df -h {{directory}}，确认主机的共享目录是否挂载在此（{{detail}}）',
    'sync.mountNoDirectory':
      '挂载目录 {{directory}} 不是目录，而是文件，无法同步主机数据。请执行 df -h {{directory}}，确认主机的共享目录应挂载在何处（{{detail}}）',
    'sync.mountEmpty':
      '挂载目录 {{directory}} 中没有主机数据，可能未挂载或已被卸载。请执行 df -h {{directory}}，确认主机的共享目录是否挂载在此（{{detail}}）',
    'sync.mountForeign':
      '挂载目录 {{directory}} 中的数据不属于本主备对的主机。请执行 df -h {{directory}}，确认挂载的是主机的共享目录，而不是其他服务器或其他节点的目录（{{detail}}）',
    'sync.mountStale':
      '挂载目录 {{directory}} 中的数据不是主机当前的数据。请执行 df -h {{directory}}，确认挂载的是主机当前的共享目录，必要时重新挂载（{{detail}}）',
    'sync.mountHung':
      '挂载目录 {{directory}} 读取无响应。请执行 df -h {{directory}}（该命令也可能卡住），检查主机的 NFS 服务和两台服务器之间的网络（{{detail}}）',
    'sync.mountUnreadable':
      '挂载目录 {{directory}} 无法读取。请执行 df -h {{directory}}，并检查主机共享目录的挂载方式和访问权限（{{detail}}）',
    'sync.redoDamaged':
      '挂载目录 {{directory}} 中主机的 redo 或 dat 文件已损坏，备机不能使用。请执行 df -h {{directory}}，检查主机的磁盘和该文件（{{detail}}）',
    'sync.localDamaged':
      '本机自己的 redo 或 dat 文件已损坏或无法写入，不能再同步 {{directory}} 中的主机数据。请用 df -h 检查本机数据目录所在的磁盘，处理后重新启动本机实例（{{detail}}）',
    'sync.noPrimary': '尚无主机可同步，挂载目录 {{directory}}（{{detail}}）',
    'todb.unreachable':
      '连不上本地数据库 {{database}}，待写入的数据保留在 redo 中，恢复后自动补写。可能是电脑或某个服务器节点的防火墙被打开，请检查防火墙、网络和数据库服务（{{detail}}）',
    'todb.fenced': '本地数据库 {{database}} 已由新任期的主机写入，本机不再写入（{{detail}}）',
    'todb.refused': '本地数据库 {{database}} 拒绝写入，需要人工处理（{{detail}}）',
    'todb.differs': '两台服务器的 Todb 文件内容不一致，必须配置完全相同并连接同一个本地数据库（{{detail}}）',
    'todb.fileUnreadable': 'Todb 文件 {{file}} 无法读取或内容不正确（{{detail}}）',
  },
  en: {
    'sync.mountMissing':
      "The mount directory {{directory}} does not exist: the primary's data cannot be synchronised. Run df -h {{directory}}: is the primary's share mounted there? ({{detail}})",
    'sync.mountNoDirectory':
      "The mount directory {{directory}} is a file, no directory: the primary's data cannot be synchronised. Run df -h {{directory}}: where should the primary's share be mounted? ({{detail}})",
    'sync.mountEmpty':
      "The mount directory {{directory}} holds no data of a primary: perhaps nothing is mounted. Run df -h {{directory}}: is the primary's share mounted there? ({{detail}})",
    'sync.mountForeign':
      "The data in the mount directory {{directory}} is not that of this pair's primary. Run df -h {{directory}}: is it the primary's share that is mounted there, not another server's or node's? ({{detail}})",
    'sync.mountStale':
      "The data in the mount directory {{directory}} is not what the primary has now. Run df -h {{directory}}: is it the primary's present share that is mounted there? Mount it again if not ({{detail}})",
    'sync.mountHung':
      "Reading the mount directory {{directory}} gets no answer. Run df -h {{directory}} (it may hang too): is the primary's share mounted there, and do its NFS service and the network to it work? ({{detail}})",
    'sync.mountUnreadable':
      "The mount directory {{directory}} cannot be read. Run df -h {{directory}}: is the primary's share mounted there, and may this instance read and write it? ({{detail}})",
    'sync.redoDamaged':
      "The primary's redo or dat in the mount directory {{directory}} is damaged: the standby cannot use it. Run df -h {{directory}}, and check the primary's disk and this file ({{detail}})",
    'sync.localDamaged':
      "This instance's own redo or dat is damaged or cannot be written: it no longer follows the primary's data in {{directory}}. Check the disk of its own data directory (df -h), then start this instance again ({{detail}})",
    'sync.noPrimary': 'There is no primary to synchronise with yet; the mount directory is {{directory}} ({{detail}})',
    'todb.unreachable':
      'The local database {{database}} cannot be reached. What is to be written is kept in redo and written later. A firewall may have come on, on the PC or on a server node: check it, the network and the database service ({{detail}})',
    'todb.fenced':
      'The local database {{database}} is written by the primary of a newer epoch; this instance no longer writes ({{detail}})',
    'todb.refused': 'The local database {{database}} refuses what is written: somebody must look at it ({{detail}})',
    'todb.differs':
      'The Todb files of the two servers differ: they must be configured identically and name the same local database ({{detail}})',
    'todb.fileUnreadable': 'The Todb file {{file}} cannot be read or is not correct ({{detail}})',
  },
};
