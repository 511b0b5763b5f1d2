import type { CatalogueSection } from './section.ts';

/** What is said where ZooKeeper's password is missing. */
export const zookeeperLogin: CatalogueSection = {
  'zh-CN': {
    'zookeeperLogin.noPassword': '缺少 ZooKeeper 用户 {{user}} 的密码：密码库中没有，无法建立会话',
    'zookeeperLogin.noPassword.variable':
      '缺少 ZooKeeper 用户 {{user}} 的密码：没有设置环境变量 {{variable}}，密码库中也没有，无法建立会话',
    'zookeeperLogin.noPassword.store':
      '缺少 ZooKeeper 用户 {{user}} 的密码：密码库无法读取（{{detail}}），无法建立会话',
    'zookeeperLogin.next': '在“环境”中编辑 {{environment}}，在 ZooKeeper 一栏输入密码并保存；无需重启控制台',
  },
  en: {
    'zookeeperLogin.noPassword':
      "ZooKeeper's password of {{user}} is missing: the secret store has none, and there is no session without it",
    'zookeeperLogin.noPassword.variable':
      "ZooKeeper's password of {{user}} is missing: {{variable}} is not set, the secret store has none, and there is no session without it",
    'zookeeperLogin.noPassword.store':
      "ZooKeeper's password of {{user}} is missing: the secret store cannot be read ({{detail}}), and there is no session without it",
    'zookeeperLogin.next':
      'Enter it under Environments, Edit {{environment}}, ZooKeeper, and keep it: the session begins without a restart',
  },
};
